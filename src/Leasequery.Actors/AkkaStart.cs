using Akka.Actor;
using Akka.Configuration;
using Leasequery.Actors.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Leasequery.Actors;

/// <summary>
/// Makes the actor system before Akka.Hosting would. What is under akka is read where Akka needs it, and nobody has checked it: a
/// value that Akka cannot use would end the process with all that was on the stack.
/// </summary>
public sealed class AkkaStart(IServiceProvider services) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            services.GetRequiredService<ActorSystem>();
            return Task.CompletedTask;
        }
        catch (Exception cause) when (Blame(cause) is { } wrong)
        {
            throw wrong;
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// The setting that Akka could not start for, in Akka's words, which name the value and mostly the key; null when it was
    /// something else.
    /// </summary>
    public static SettingsException? Blame(Exception cause) => cause.GetBaseException() switch
    {
        SettingsException ours => ours,
        (ConfigurationException or FormatException or ArgumentException or TypeLoadException) and var wrong =>
            new SettingsException("akka", "{ ... }",
                $"what Akka can start with ({wrong.Message.ReplaceLineEndings(" ")})", cause),
        _ => null,
    };
}
