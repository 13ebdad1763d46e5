using Google.Protobuf;
using Waverless.Cluster.Moves;
using Waverless.Cluster.Peers;
using Waverless.Cluster.Placement;
using Waverless.Kv;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Routing;

/// <summary>
/// Asks the node where a partition is at home, and again while it is certain that nothing has
/// happened: the home moved, cannot be reached, or is not ready.
/// </summary>
internal sealed class HomeClient(PeerClient peers, PartitionHomes homes, TimeProvider time)
{
    public PartitionHomes Homes => homes;

    public PeerClient Peers => peers;

    public TimeProvider Time => time;

    /// <summary>Asks.</summary>
    /// <param name="partition">Whose home.</param>
    /// <param name="kind">What kind of message.</param>
    /// <param name="request">Makes the message for the home that is known.</param>
    /// <param name="parser">Reads the reply.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async ValueTask<HomeAnswer<T>> AskAsync<T>(
        PartitionId partition,
        ushort kind,
        Func<Target, IMessage> request,
        MessageParser<T> parser,
        CancellationToken ct
    )
        where T : class, IMessage<T>
    {
        var pause = HomeCall.FirstPause;
        var since = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var map = homes.Map;
            var home = homes.HomeOf(partition, map);
            if (home == homes.Self)
            {
                return new(null, IsHere: true, null, false, null);
            }

            var message = request(TargetOf(partition, map));
            var answer = await peers.AskAsync(home, kind, message, parser, HomeCall.Timeout, ct);
            ct.ThrowIfCancellationRequested();
            if (answer.Reply is not null || answer.Failure is not null)
            {
                return new(answer.Reply, false, answer.Failure, false, null);
            }

            if (answer.Refusal?.Code == Refusal.Types.Code.Moving)
            {
                // It takes a moment, and then goes on there or elsewhere: no reason to give up.
                if (time.GetElapsedTime(since) > MoveLimits.GateMax)
                {
                    return Refused(partition, home, answer);
                }

                attempt--;
                await Task.Delay(HomeCall.FirstPause, time, ct);
                continue;
            }

            if (!MayTryAgain(answer, attempt))
            {
                return Refused(partition, home, answer);
            }

            if (!homes.Learn(Placement.PlacementMap.FromWire(answer.Refusal?.Map)))
            {
                await Task.Delay(pause, time, ct);
                pause *= 2;
            }
        }
    }

    public static Target TargetOf(PartitionId partition, Placement.PlacementMap map) =>
        new()
        {
            App = partition.App,
            Number = (uint)partition.Number,
            Epoch = map.Epoch,
        };

    private static bool MayTryAgain<T>(in PeerAnswer<T> answer, int attempt)
        where T : class =>
        attempt < HomeCall.TriesMax
        && (
            answer.Error is { MayHaveBegun: false }
            || answer.Refusal?.Code
                is Refusal.Types.Code.NotHome
                    or Refusal.Types.Code.NotReady
                    or Refusal.Types.Code.OtherVersion
        );

    private static HomeAnswer<T> Refused<T>(
        PartitionId partition,
        NodeId home,
        in PeerAnswer<T> answer
    )
        where T : class
    {
        var why = answer.Error?.Message ?? answer.Refusal?.Message ?? "there is no answer";
        return new(
            null,
            false,
            null,
            answer.Error is { MayHaveBegun: true },
            $"{partition} is at home on node {home}: {why}"
        );
    }
}
