using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Console;

namespace Leasequery.Host.Serving;

/// <summary>
/// Tells systemd when the service is up and when it ends, and logs as the journal likes it. AddSystemd of the framework looks for
/// systemd by the name of its parent process, which a hardened unit hides (ProtectProc=): the unit would wait for a word that
/// never comes, and end the service for it. The socket that waits for the word is the better sign.
/// </summary>
internal static class SystemdHosting
{
    private const string NotifySocket = "NOTIFY_SOCKET";

    public static IServiceCollection AddServiceManager(this IServiceCollection services)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(NotifySocket)))
            return services;
        services.Configure<ConsoleLoggerOptions>(console => console.FormatterName = ConsoleFormatterNames.Systemd);
        services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        return services;
    }
}
