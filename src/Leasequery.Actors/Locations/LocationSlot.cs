using System.Runtime.InteropServices;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Locations;

/// <summary>
/// A binding as it lies in the table: 128 bytes, two cache lines. What varies in length (client identifier, options, option 82)
/// stands one behind the other in the tail, or in a piece of overflow memory when the tail is too short.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal unsafe struct LocationSlot
{
    public const int Size = 128;
    public const int TailSize = 68;

    /// <summary>The longest that client identifier, options and option 82 can be together.</summary>
    public const int MaxVariable = Wire.ClientIdentifier.MaxLength + Gleaning.MaxKeptOptions + Gleaning.MaxRelayAgentInformation;

    [FieldOffset(0)] public uint Version; // odd while the slot is written; see LocationTable
    [FieldOffset(4)] public uint Sequence;
    [FieldOffset(8)] public BindingState State; // 0: empty
    [FieldOffset(9)] private byte _hardwareType;
    [FieldOffset(10)] private byte _hardwareLength;
    [FieldOffset(11)] private byte _clientIdentifierLength;
    [FieldOffset(12)] private fixed byte _chaddr[HardwareAddress.MaxLength];
    [FieldOffset(28)] private uint _expiresAt;
    [FieldOffset(32)] private uint _lastTransactionAt;
    [FieldOffset(36)] private uint _renewsAt;
    [FieldOffset(40)] private uint _rebindsAt;
    [FieldOffset(44)] private uint _transactionId;
    [FieldOffset(48)] private uint _relay;
    [FieldOffset(52)] private uint _server;
    [FieldOffset(56)] private ushort _optionsLength;
    [FieldOffset(58)] private ushort _informationLength;
    [FieldOffset(60)] private fixed byte _tail[TailSize];
    [FieldOffset(64)] public byte* Overflow; // lies over the tail; valid when VariableLength is more than TailSize

    /// <summary>The bytes of client identifier, options and option 82 together.</summary>
    public readonly int VariableLength => _clientIdentifierLength + _optionsLength + _informationLength;

    /// <summary>True when they stand in overflow memory.</summary>
    public readonly bool HasOverflow => VariableLength > TailSize;

    private HardwareAddress Device
    {
        get
        {
            fixed (byte* chaddr = _chaddr)
                return HardwareAddress.ReadField(_hardwareType, _hardwareLength, new(chaddr, HardwareAddress.MaxLength));
        }
    }

    /// <summary>Writes all but the version. The writer has marked the slot, and provided overflow memory where needed.</summary>
    public void Write(in BindingImage binding, uint sequence, byte* overflow)
    {
        Sequence = sequence;
        State = binding.State;
        _hardwareType = binding.Device.Type;
        _hardwareLength = binding.Device.Length;
        _clientIdentifierLength = (byte)binding.ClientIdentifier.Length;
        _expiresAt = binding.ExpiresAt;
        _lastTransactionAt = binding.LastTransactionAt;
        _renewsAt = binding.RenewsAt;
        _rebindsAt = binding.RebindsAt;
        _transactionId = binding.TransactionId;
        _relay = binding.Relay.Value;
        _server = binding.Server.Value;
        _optionsLength = (ushort)binding.Options.Length;
        _informationLength = (ushort)binding.RelayAgentInformation.Length;
        fixed (byte* chaddr = _chaddr, tail = _tail)
        {
            binding.Device.WriteField(new Span<byte>(chaddr, HardwareAddress.MaxLength));
            if (overflow is not null)
                Overflow = overflow;
            var variable = overflow is null ? new Span<byte>(tail, TailSize) : new Span<byte>(overflow, VariableLength);
            binding.ClientIdentifier.CopyTo(variable);
            binding.Options.CopyTo(variable[_clientIdentifierLength..]);
            binding.RelayAgentInformation.CopyTo(variable[(_clientIdentifierLength + _optionsLength)..]);
        }
    }

    /// <summary>The record. Its spans point into the slot, or into the overflow copy.</summary>
    /// <param name="address">Whose slot it is.</param>
    /// <param name="slot">A copy of the slot that nobody writes.</param>
    /// <param name="overflow">A copy of its overflow; unused when it has none.</param>
    public static BindingImage Read(Ipv4Address address, byte* slot, byte* overflow)
    {
        var record = (LocationSlot*)slot;
        var variable = new ReadOnlySpan<byte>(record->HasOverflow ? overflow : record->_tail, record->VariableLength);
        return new BindingImage
        {
            Address = address,
            State = record->State,
            Device = record->Device,
            ClientIdentifier = variable[..record->_clientIdentifierLength],
            TransactionId = record->_transactionId,
            LastTransactionAt = record->_lastTransactionAt,
            ExpiresAt = record->_expiresAt,
            RenewsAt = record->_renewsAt,
            RebindsAt = record->_rebindsAt,
            Relay = new Ipv4Address(record->_relay),
            Server = new Ipv4Address(record->_server),
            RelayAgentInformation = variable[(record->_clientIdentifierLength + record->_optionsLength)..],
            Options = variable.Slice(record->_clientIdentifierLength, record->_optionsLength),
        };
    }

    /// <summary>
    /// The answer that this record gives, field by field to where it is read: a processor cannot copy a struct at once whose
    /// fields were written a moment ago. Its spans point into the slot, or into the overflow copy.
    /// </summary>
    /// <param name="slot">A copy of the slot that nobody writes.</param>
    /// <param name="overflow">A copy of its overflow; unused when it has none.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="answer">The answer.</param>
    public static void Answer(byte* slot, byte* overflow, uint now, out LeasequeryAnswer answer)
    {
        var record = (LocationSlot*)slot;
        var variable = new ReadOnlySpan<byte>(record->HasOverflow ? overflow : record->_tail, record->VariableLength);
        var outcome = record->State.OutcomeAt(record->_expiresAt, now);
        answer.Outcome = outcome;
        answer.Device = record->Device;
        answer.ExpiresAt = Answering.LeaseEnd(outcome, record->_expiresAt);
        answer.RenewsAt = record->_renewsAt;
        answer.RebindsAt = record->_rebindsAt;
        answer.LastTransactionAt = record->_lastTransactionAt;
        answer.ClientIdentifier = variable[..record->_clientIdentifierLength];
        answer.Options = variable.Slice(record->_clientIdentifierLength, record->_optionsLength);
        answer.RelayAgentInformation = variable[(record->_clientIdentifierLength + record->_optionsLength)..];
    }
}
