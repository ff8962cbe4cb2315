namespace Leasequery.EndToEnd.Tests.Peers.Machine;

/// <summary>For what is started first and ready later.</summary>
static class Ready
{
    /// <summary>Hands out <paramref name="part"/> when it is ready; ends it when it does not get there.</summary>
    public static async Task<T> WhenAsync<T>(T part, Func<T, Task> ready)
        where T : IDisposable
    {
        try
        {
            await ready(part);
            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }
}
