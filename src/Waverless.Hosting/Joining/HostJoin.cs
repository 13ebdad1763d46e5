using System.Diagnostics.CodeAnalysis;
using Waverless.Hosting.Cluster;
using Waverless.Transport.Joining;

namespace Waverless.Hosting.Joining;

/// <summary>Has a host join its cluster, at its first start.</summary>
internal static class HostJoin
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Joins, and keeps what that gives.</summary>
    /// <exception cref="ClusterSetupException">The cluster did not take the host in.</exception>
    [SuppressMessage(
        "Usage",
        "VSTHRD002:Avoid problematic synchronous waits",
        Justification = "Once, while the host is put together, where nothing can be awaited."
    )]
    public static void Join(JoinSettings settings, JoinedFolder folder, TimeProvider time)
    {
        var token =
            settings.Token
            ?? throw new ClusterSetupException(
                $"'{settings.Section.Path}:Token' is missing; expected what a node of the cluster "
                    + "gives for POST /_waverless/api/v1/cluster/tokens."
            );
        var (host, port) = settings.Address();

        // A token is used up by joining: what else is wrong is to be found before.
        settings.NodeOf(token.Node);
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            var joined = Task.Run(() =>
                    JoinClient.JoinAsync(host, port, token, time, patience.Token)
                )
                .GetAwaiter()
                .GetResult();
            folder.Save(joined);
        }
        catch (JoinException e)
        {
            throw new ClusterSetupException(
                $"'{settings.Section.Path}': the host did not join ({e.Error}): {e.Message}",
                e
            );
        }
        catch (OperationCanceledException e)
        {
            throw new ClusterSetupException(
                $"'{settings.Section.Path}': {host}:{port} did not answer within {Patience}.",
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterSetupException(
                $"The host has joined, but its certificate cannot be kept: {e.Message} It needs "
                    + "another token.",
                e
            );
        }
    }
}
