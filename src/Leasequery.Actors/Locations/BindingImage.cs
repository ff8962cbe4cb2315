using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Actors.Locations;

/// <summary>
/// A binding whose variable parts stand where they are, in a stored row or in a slot of the table: so that a million rows go into
/// the table without an object for each.
/// </summary>
internal readonly ref struct BindingImage
{
    public required Ipv4Address Address { get; init; }

    public required BindingState State { get; init; }

    public required HardwareAddress Device { get; init; }

    /// <summary>Empty where none was seen; otherwise of a length that <see cref="Wire.ClientIdentifier"/> can have.</summary>
    public required ReadOnlySpan<byte> ClientIdentifier { get; init; }

    public required uint TransactionId { get; init; }

    public required uint LastTransactionAt { get; init; }

    public required uint ExpiresAt { get; init; }

    public required uint RenewsAt { get; init; }

    public required uint RebindsAt { get; init; }

    public required Ipv4Address Relay { get; init; }

    public required Ipv4Address Server { get; init; }

    public required ReadOnlySpan<byte> RelayAgentInformation { get; init; }

    public required ReadOnlySpan<byte> Options { get; init; }

    /// <summary>The bytes of client identifier, options and option 82 together.</summary>
    public int VariableLength => ClientIdentifier.Length + Options.Length + RelayAgentInformation.Length;

    public static BindingImage Of(Binding binding) => new()
    {
        Address = binding.Address,
        State = binding.State,
        Device = binding.Device,
        ClientIdentifier = binding.ClientIdentifier is { } identifier ? identifier.Bytes : default,
        TransactionId = binding.TransactionId,
        LastTransactionAt = binding.LastTransactionAt,
        ExpiresAt = binding.ExpiresAt,
        RenewsAt = binding.RenewsAt,
        RebindsAt = binding.RebindsAt,
        Relay = binding.Relay,
        Server = binding.Server,
        RelayAgentInformation = binding.RelayAgentInformation.Span,
        Options = binding.Options.Span,
    };

    /// <summary>The binding as an object of its own.</summary>
    public Binding ToBinding()
    {
        Wire.ClientIdentifier.TryCreate(ClientIdentifier, out var identifier); // none where it is empty
        return new Binding(Address, State, Device, identifier, TransactionId, LastTransactionAt, ExpiresAt, RenewsAt, RebindsAt,
            Relay, Server, OctetString.Copy(RelayAgentInformation), OctetString.Copy(Options));
    }
}
