using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Locations;

/// <summary>
/// The rule by which a node answers from its table alone, without a word from the address's actor. For one thread: it brings the
/// memory that answers stand in until the next question.
/// </summary>
/// <param name="table">What is known here.</param>
/// <param name="hasServers">True when DHCP servers can be asked.</param>
internal sealed unsafe class SettledLocations(LocationTable table, bool hasServers)
{
    private readonly byte[] _scratch = GC.AllocateUninitializedArray<byte>(LocationTable.ScratchSize, pinned: true);

    /// <summary>True when there is nothing to add to what the table says. Allocates nothing.</summary>
    /// <param name="address">A managed address without a static device.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="answer">Valid until the next call.</param>
    public bool TrySettle(Ipv4Address address, uint now, out LeasequeryAnswer answer)
    {
        fixed (byte* scratch = _scratch) // pinned for good, so this costs nothing and the answer's spans stay valid
        {
            var found = table.Find(address, scratch, now, out answer);
            if (found == LookUp.Absent)
                answer = Answering.Answer(null, now);

            // Nobody's that we know of: with servers to ask that is an answer only for as long as one of them said so (N42).
            return found != LookUp.Unknown
                && (!hasServers || answer.Outcome != LeasequeryOutcome.Unleased || table.IsVacant(address, now));
        }
    }
}
