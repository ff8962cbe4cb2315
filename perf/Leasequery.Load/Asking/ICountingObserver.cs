namespace Leasequery.Load.Asking;

/// <summary>Wants to know when counting begins, after the warm-up, and when it ends.</summary>
internal interface ICountingObserver
{
    /// <summary>From here on it counts.</summary>
    void Begin();

    /// <summary>The time is over; answers that are on their way are still waited for.</summary>
    void End();
}
