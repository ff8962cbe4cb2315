namespace Leasequery.Domain.Bindings;

/// <summary>
/// What happened to a binding, with the whole binding after it: the newest event alone restores the state, so that recovery
/// reads one row and older rows can go.
/// </summary>
/// <param name="Binding">The binding after the event.</param>
public abstract record BindingEvent(Binding Binding);

/// <summary>A device got a lease on the address or renewed it, or a server said that it has one.</summary>
public sealed record LeaseBound(Binding Binding) : BindingEvent(Binding);

/// <summary>A server named the device of the address, without a lease.</summary>
public sealed record DeviceConfigured(Binding Binding) : BindingEvent(Binding);

/// <summary>The device released or declined the address before its lease was over, or a server said that it is over.</summary>
public sealed record LeaseEnded(Binding Binding) : BindingEvent(Binding);
