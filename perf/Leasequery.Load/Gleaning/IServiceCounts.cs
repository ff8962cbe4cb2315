namespace Leasequery.Load.Gleaning;

/// <summary>Knows what the service says of itself.</summary>
internal interface IServiceCounts
{
    /// <summary>The newest counts.</summary>
    ServiceCounts Counts { get; }
}
