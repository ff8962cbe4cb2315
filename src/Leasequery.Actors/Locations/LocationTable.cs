using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Locations;

/// <summary>What the table can say about an address.</summary>
public enum LookUp
{
    /// <summary>Its shard is not here, or not loaded yet: only the address actor knows.</summary>
    Unknown,

    /// <summary>Here is its record.</summary>
    Found,

    /// <summary>Its shard is complete and has no record: nobody was ever seen on it.</summary>
    Absent,
}

/// <summary>
/// The read view of a node: the newest stored binding of every address whose shard the node owns. Datagram loops read it without
/// a lock and without allocation; address actors and shard directories write it.
/// </summary>
/// <remarks>
/// <para>
/// All of it lies outside the managed heap: a /16 has a directory of 256 pages, a page holds the 256 slots of a /24. So the
/// garbage collector never walks millions of records, and a subscriber costs one slot of 128 bytes.
/// </para>
/// <para>
/// A slot has a version that is odd while it is written (a sequence lock). A reader copies the slot and looks whether the version
/// stayed, and whether its page is still the page of the block. Pages and overflow memory are used again but never unmapped, so
/// a reader that comes too late reads stale bytes, notices, and never faults; and nobody has to wait for readers.
/// </para>
/// <para>Writers of one shard exclude each other by the shard's lock. A block belongs to exactly one shard.</para>
/// </remarks>
public sealed unsafe class LocationTable : IDisposable
{
    /// <summary>The scratch space that a reader brings: a copy of a slot, and of the longest overflow.</summary>
    public const int ScratchSize = LocationSlot.Size + LocationSlot.MaxVariable;

    private const int SlotsInPage = 256;
    private const int PagesInDirectory = 256;
    private const int Directories = 65536;
    private const int CacheLine = 64;
    private const uint StateMask = 3;

    private readonly LocationSlot*** _directories;
    private readonly uint[] _states; // a ShardState, and above it how often the state changed
    private readonly uint[] _generations; // how often a shard came here; with its lock held
    private readonly Lock[] _shardLocks;
    private readonly PageMemory _pages = new(SlotsInPage * LocationSlot.Size);
    private readonly OverflowMemory _overflow = new();
    private readonly ConcurrentDictionary<uint, int> _passedOver = new(); // addresses, with their shards
    private long _records;

    /// <summary>Makes an empty table.</summary>
    /// <param name="shards">Which shard an address belongs to.</param>
    /// <param name="vacancies">Holds the addresses that a server called vacant; the smallest there is unless given.</param>
    public LocationTable(ShardMap shards, NegativeCache? vacancies = null)
    {
        Vacancies = vacancies ?? new NegativeCache(1, 0);
        Shards = shards;
        _states = new uint[shards.Count];
        _generations = new uint[shards.Count];
        _shardLocks = [.. Enumerable.Range(0, shards.Count).Select(_ => new Lock())];
        _directories = (LocationSlot***)NativeMemory.AllocZeroed(Directories, (nuint)sizeof(LocationSlot**));
    }

    private enum ShardState
    {
        Absent,
        Loading,
        Complete,
    }

    /// <summary>Which shard an address belongs to.</summary>
    public ShardMap Shards { get; }

    /// <summary>Managed addresses of which a server said that nobody holds a lease (N42).</summary>
    public NegativeCache Vacancies { get; }

    /// <summary>How many addresses have a record.</summary>
    public long Records => Interlocked.Read(ref _records);

    /// <summary>Bytes of native memory that records take.</summary>
    public long AllocatedBytes => _pages.AllocatedBytes + _overflow.AllocatedBytes;

    /// <summary>How many shards are complete here.</summary>
    public int CompleteShards => _states.Count(state => StateOf(state) == ShardState.Complete);

    /// <summary>This node owns the shard from now on: records of it are taken, and answered from.</summary>
    /// <returns>The number of this stay of the shard, for <see cref="Load"/>.</returns>
    public uint Begin(int shard)
    {
        lock (_shardLocks[shard])
        {
            SetState(shard, ShardState.Loading);
            return ++_generations[shard];
        }
    }

    /// <summary>True while this node owns the shard, loaded or not. Takes no lock.</summary>
    public bool Holds(int shard) => StateOf(Volatile.Read(ref _states[shard])) != ShardState.Absent;

    /// <summary>All stored records of the shard are here: what has no record was never seen.</summary>
    public void Complete(int shard) => SetState(shard, ShardState.Complete);

    /// <summary>This node owns the shard no longer: its records go, and nothing is answered from them.</summary>
    public void Drop(int shard)
    {
        lock (_shardLocks[shard])
        {
            SetState(shard, ShardState.Absent);
            for (var high = 0; high < Directories; high++)
            {
                var directory = _directories[high];
                for (var low = 0; directory is not null && low < PagesInDirectory; low++)
                    if (directory[low] is not null && Shards.ShardOf(new Ipv4Address((uint)(high << 16 | low << 8))) == shard)
                        Unlink(ref directory[low]);
            }

            foreach (var (address, owner) in _passedOver)
                if (owner == shard)
                    _passedOver.TryRemove(address, out _);
        }
    }

    /// <summary>
    /// Makes a stored binding visible. Ignored when the shard is not here, or when the table already has a later event of the
    /// address: a bulk load and an actor may publish the same address in any order.
    /// </summary>
    public void Publish(Binding binding, long sequence) => Publish(BindingImage.Of(binding), sequence, null);

    /// <summary>
    /// Makes a binding visible that was read in bulk for one stay of the shard. A reading may end late, when the shard has been
    /// elsewhere in between and what was read is of yesterday: that is ignored.
    /// </summary>
    internal void Load(in BindingImage binding, long sequence, uint generation) => Publish(binding, sequence, generation);

    /// <summary>
    /// The store has something of an address that cannot be read. So the address is not absent, however complete its shard: its
    /// actor knows, until it publishes.
    /// </summary>
    internal void PassOver(Ipv4Address address, uint generation)
    {
        var shard = Shards.ShardOf(address);
        lock (_shardLocks[shard])
            if (IsHere(shard, generation))
                _passedOver[address.Value] = shard;
    }

    private void Publish(in BindingImage binding, long sequence, uint? generation)
    {
        var shard = Shards.ShardOf(binding.Address);
        lock (_shardLocks[shard])
        {
            if (!IsHere(shard, generation))
                return;
            var slot = SlotOf(binding.Address);
            if (slot->State != 0 && slot->Sequence > (uint)sequence)
                return;
            if (slot->State == 0)
                Interlocked.Increment(ref _records);
            Write(slot, binding, (uint)sequence);
        }

        if (binding.State is BindingState.Leased or BindingState.Configured)
            Vacancies.Remove(binding.Address);
    }

    /// <summary>A server said that nobody holds a lease on the address; that is believed for a while.</summary>
    public void PublishVacancy(Ipv4Address address, uint until, uint now) => Vacancies.Add(address, until, now);

    /// <summary>
    /// True while a server's word counts that nobody holds a lease on the address. Takes no lock, allocates nothing.
    /// </summary>
    public bool IsVacant(Ipv4Address address, uint now) => Vacancies.Contains(address, now);

    /// <summary>Looks an address up; called by many threads at once, takes no lock, allocates nothing.</summary>
    /// <param name="address">The address.</param>
    /// <param name="scratch">At least <see cref="ScratchSize"/> bytes that stay where they are while the answer is used.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="answer">What the record says; its spans point into the scratch space.</param>
    public LookUp Find(Ipv4Address address, byte* scratch, uint now, out LeasequeryAnswer answer)
    {
        var found = Copy(address, scratch);
        if (found == LookUp.Found)
            LocationSlot.Answer(scratch, scratch + LocationSlot.Size, now, out answer);
        else
            answer = default;
        return found;
    }

    /// <summary>
    /// The whole binding of an address as it was published, and the number of its event: what an actor needs to start from. It
    /// may be older than what is stored, when whoever wrote last could not publish any more; the store's fence tells.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="binding">The binding; null unless it is found.</param>
    /// <param name="sequence">The number of its newest event, of which the table keeps 32 bits.</param>
    public LookUp Read(Ipv4Address address, out Binding? binding, out long sequence)
    {
        var scratch = stackalloc byte[ScratchSize];
        var found = Copy(address, scratch);
        var isFound = found == LookUp.Found;
        binding = isFound ? LocationSlot.Read(address, scratch, scratch + LocationSlot.Size).ToBinding() : null;
        sequence = isFound ? ((LocationSlot*)scratch)->Sequence : 0;
        return found;
    }

    /// <summary>
    /// Where <see cref="Find"/> will look for an address: something for <see cref="Fetch"/>, and never to be read. Zero where
    /// there is nothing.
    /// </summary>
    public nint PlaceOf(Ipv4Address address)
    {
        var page = PageOf(address);
        return page is null ? 0 : (nint)(page + (byte)address.Value);
    }

    /// <summary>
    /// Begins to fetch what stands at these places: with millions of records a slot lies in memory, as far away as all the rest
    /// of an answer takes. Whoever knows what is asked next says so before the work at hand.
    /// </summary>
    public static void Fetch(ReadOnlySpan<nint> places)
    {
        if (!Sse.IsSupported)
            return;
        foreach (var place in places)
        {
            Sse.Prefetch0((void*)place);
            Sse.Prefetch0((byte*)place + CacheLine);
        }
    }

    /// <summary>Frees all memory. Only for who knows that nobody reads or writes any more.</summary>
    public void Dispose()
    {
        for (var high = 0; high < Directories; high++)
            NativeMemory.Free(_directories[high]);
        NativeMemory.Free(_directories);
        _pages.Dispose();
        _overflow.Dispose();
    }

    private LookUp Copy(Ipv4Address address, byte* scratch)
    {
        ref var shard = ref _states[Shards.ShardOf(address)];
        var state = Volatile.Read(ref shard);
        if (StateOf(state) == ShardState.Absent)
            return LookUp.Unknown;
        if (TryCopy(address, scratch))
            return LookUp.Found;

        // "Never seen" is true only if the shard was complete all the while: it may have been dropped since the first look.
        Volatile.ReadBarrier();
        return StateOf(state) == ShardState.Complete && Volatile.Read(ref shard) == state
            && !_passedOver.ContainsKey(address.Value) ? LookUp.Absent : LookUp.Unknown;
    }

    // The version is read before and after the copy. Ends, because a writer holds a slot for some hundred nanoseconds.
    private bool TryCopy(Ipv4Address address, byte* scratch)
    {
        while (true)
        {
            var page = PageOf(address);
            if (page is null)
                return false;
            var slot = page + (byte)address.Value;
            var version = Volatile.Read(ref slot->Version);
            if ((version & 1) != 0)
            {
                Thread.SpinWait(1);
                continue;
            }

            Unsafe.CopyBlock(scratch, slot, LocationSlot.Size);
            Volatile.ReadBarrier();
            if (slot->Version != version || PageOf(address) != page)
                continue;
            var copy = (LocationSlot*)scratch;
            if (copy->State == 0)
                return false;
            if (!copy->HasOverflow)
                return true;

            // The pointer was valid when the version was checked; what it points to may change until it is checked again.
            Unsafe.CopyBlock(scratch + LocationSlot.Size, copy->Overflow, (uint)copy->VariableLength);
            Volatile.ReadBarrier();
            if (slot->Version == version)
                return true;
        }
    }

    private LocationSlot* PageOf(Ipv4Address address)
    {
        var directory = (LocationSlot**)Volatile.Read(ref *(nint*)(_directories + (address.Value >> 16)));
        return directory is null ? null : (LocationSlot*)Volatile.Read(ref *(nint*)(directory + (byte)(address.Value >> 8)));
    }

    // With the shard's lock held.
    private void Write(LocationSlot* slot, in BindingImage binding, uint sequence)
    {
        var oldOverflow = slot->State != 0 && slot->HasOverflow ? slot->Overflow : null;
        var oldLength = oldOverflow is null ? 0 : slot->VariableLength;
        var length = binding.VariableLength;
        var overflow = length > LocationSlot.TailSize ? _overflow.Take(length) : null;
        Mark(slot);
        slot->Write(binding, sequence, overflow);
        Unmark(slot);
        if (oldOverflow is not null)
            _overflow.Return(oldOverflow, oldLength);
    }

    // With the shard's lock held. The page goes back to the pool empty; versions only ever grow, so late readers notice.
    private void Unlink(ref LocationSlot* link)
    {
        var page = link;
        link = null;
        for (var slot = page; slot < page + SlotsInPage; slot++)
        {
            if (slot->State == 0)
                continue;
            var (overflow, length) = slot->HasOverflow ? ((nint)slot->Overflow, slot->VariableLength) : (0, 0);
            Mark(slot);
            slot->State = 0;
            Unmark(slot);
            if (overflow != 0)
                _overflow.Return((byte*)overflow, length);
            Interlocked.Decrement(ref _records);
        }

        _pages.Return(page);
    }

    private static void Mark(LocationSlot* slot)
    {
        Volatile.Write(ref slot->Version, slot->Version + 1);
        Interlocked.MemoryBarrier(); // no write of the record may be seen before the mark
    }

    private static void Unmark(LocationSlot* slot) => Volatile.Write(ref slot->Version, slot->Version + 1);

    // With the shard's lock held: a page has one writer. A directory may have several, for a /16 spans shards.
    private LocationSlot* SlotOf(Ipv4Address address)
    {
        ref var link = ref *(nint*)(_directories + (address.Value >> 16));
        if (link == 0)
        {
            var fresh = (nint)NativeMemory.AllocZeroed(PagesInDirectory, (nuint)sizeof(LocationSlot*));
            if (Interlocked.CompareExchange(ref link, fresh, 0) != 0)
                NativeMemory.Free((void*)fresh);
        }

        ref var page = ref *(nint*)((LocationSlot**)link + (byte)(address.Value >> 8));
        if (page == 0)
            Volatile.Write(ref page, (nint)_pages.Take());
        return (LocationSlot*)page + (byte)address.Value;
    }

    // With the shard's lock held.
    private bool IsHere(int shard, uint? generation) =>
        StateOf(_states[shard]) != ShardState.Absent && (generation is not { } stay || stay == _generations[shard]);

    private void SetState(int shard, ShardState state)
    {
        lock (_shardLocks[shard])
            Volatile.Write(ref _states[shard], (_states[shard] & ~StateMask) + StateMask + 1 | (uint)state);
    }

    private static ShardState StateOf(uint word) => (ShardState)(word & StateMask);
}
