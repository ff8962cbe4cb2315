using Leasequery.Actors.Ingress;

namespace Leasequery.Actors.Tests.Ingress;

/// <summary>A kernel that will not cut messages into segments, or sends nothing at all.</summary>
/// <param name="kernel">The real one.</param>
/// <param name="error">What it says of a message with segments.</param>
/// <param name="refusesAll">True when it says so of every message.</param>
internal sealed unsafe class RefusingCalls(DatagramCalls kernel, int error, bool refusesAll = false) : DatagramCalls
{
    public override bool IsBatched => kernel.IsBatched;

    /// <summary>How many messages with segments it was given.</summary>
    public int Refused { get; private set; }

    /// <summary>Messages with segments from this one on are refused; those before it are sent.</summary>
    public int FirstRefused { get; init; }

    public override int Receive(int socket, Libc.MessageHeader* messages, int count) => kernel.Receive(socket, messages, count);

    public override int Send(int socket, Libc.MessageHeader* messages, int count)
    {
        var taken = 0;
        while (taken < count && !IsRefused(messages[taken]))
            taken++;
        if (taken > 0)
            return kernel.Send(socket, messages, taken); // as the real one: the error shows with the next call
        Refused += HasSegments(messages[0]) ? 1 : 0;
        return -error;
    }

    private bool IsRefused(in Libc.MessageHeader message) => refusesAll || (HasSegments(message) && _seen++ >= FirstRefused);

    private int _seen;

    private static bool HasSegments(in Libc.MessageHeader message)
    {
        var control = new ControlMessages(message.Control, message.ControlLength);
        while (control.MoveNext())
            if ((control.Level, control.Type) == (Libc.UdpProtocol, Libc.UdpSegment))
                return true;
        return false;
    }
}
