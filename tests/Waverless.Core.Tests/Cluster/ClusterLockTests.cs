using System.Globalization;
using System.Text;
using Waverless.Kv;
using Waverless.Locks;
using Waverless.Simulation.Clusters;

namespace Waverless.Cluster;

/// <summary>Locks of keys that are at home on other nodes than their holders.</summary>
public sealed class ClusterLockTests
{
    private readonly ClusterSim _sim = new() { Moves = true };
    private readonly string _app;

    public ClusterLockTests()
    {
        // The first node has the metadata, and cannot leave.
        _app = Enumerable.Range(0, 100).Select(i => "app-" + i).First(app => _sim.HomeOf(app) != 1);
    }

    private ClusterSimNode Home => _sim.Nodes[_sim.HomeOf(_app)];

    private ClusterSimNode One => _sim.Nodes.Values.First(node => node != Home);

    private ClusterSimNode Two => _sim.Nodes.Values.Last(node => node != Home);

    [Fact]
    public void One_node_at_a_time_holds_a_lock_wherever_its_key_is_at_home() =>
        Run(async () =>
        {
            var first = await LockAsync(One);
            var second = LockAsync(Two);
            await _sim.Loop.DelayAsync(0.1);
            var third = LockAsync(Home);

            // For longer than one request waits, so that it is asked for again.
            await _sim.Loop.DelayAsync(7);
            Assert.False(second.IsCompleted || third.IsCompleted);
            Assert.True(await WritesAsync(One, first, "first"));

            await FreeAsync(One, first);
            var next = await second;
            Assert.True(next.Token.Number > first.Token.Number);
            Assert.False(third.IsCompleted);
            Assert.False(await WritesAsync(One, first, "stale"));
            Assert.True(await WritesAsync(Two, next, "second"));

            await FreeAsync(Two, next);
            await FreeAsync(Home, await third);
            Assert.Equal("second", await One.GetAsync(_app, "k"));
            Assert.Equal((0, 0), Home.Node.Locks.Counts());
        });

    [Fact]
    public void Readers_on_several_nodes_share_and_a_writer_waits_for_all_of_them() =>
        Run(async () =>
        {
            var one = await LockAsync(One, LockMode.Read);
            var two = await LockAsync(Two, LockMode.Read);
            var writer = LockAsync(Home);
            await _sim.Loop.DelayAsync(1);
            Assert.False(writer.IsCompleted);
            await FreeAsync(One, one);
            await FreeAsync(Two, two);
            await FreeAsync(Home, await writer);
        });

    [Fact]
    public void A_lock_is_kept_as_long_as_its_holder_lives_and_free_soon_after_it_died() =>
        Run(async () =>
        {
            var held = await LockAsync(One);
            var waiting = LockAsync(Two);
            await _sim.Loop.DelayAsync(LockLeases.LeaseSeconds * 3);
            Assert.False(waiting.IsCompleted);
            Assert.True(await WritesAsync(One, held, "held"));

            _sim.Crash(One.Id);
            Assert.True(await _sim.Loop.UntilAsync(() => waiting.IsCompleted, LockLeases.Lease));
            await FreeAsync(Two, await waiting);
        });

    [Fact]
    public void A_lease_of_its_own_ends_at_both_nodes() =>
        Run(async () =>
        {
            var held = await LockAsync(One, lease: TimeSpan.FromSeconds(1));
            var waiting = LockAsync(Two);
            await _sim.Loop.DelayAsync(0.9);
            Assert.False(waiting.IsCompleted || held.Lost.IsCancellationRequested);
            await _sim.Loop.DelayAsync(0.3);
            Assert.True(held.Lost.IsCancellationRequested);
            Assert.False(await WritesAsync(One, held, "late"));
            Assert.True(await WritesAsync(Two, await waiting, "next"));
        });

    [Fact]
    public void A_place_in_the_queue_is_given_up_with_its_token_or_its_node() =>
        Run(async () =>
        {
            var held = await LockAsync(Home);
            using var impatience = new CancellationTokenSource();
            var impatient = LockAsync(One, ct: impatience.Token);
            await _sim.Loop.DelayAsync(1);
            Assert.Equal((1, 1), Home.Node.Locks.Counts());
            impatience.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
            await _sim.Loop.DelayAsync(1);
            Assert.Equal((1, 0), Home.Node.Locks.Counts());

            _ = LockAsync(One);
            await _sim.Loop.DelayAsync(1);
            Assert.Equal((1, 1), Home.Node.Locks.Counts());
            _sim.Crash(One.Id);
            await _sim.Loop.DelayAsync(30);
            Assert.Equal((1, 0), Home.Node.Locks.Counts());
            await FreeAsync(Home, held);
        });

    [Fact]
    public void Who_held_a_lock_of_a_node_that_began_anew_writes_nothing_under_it_any_more() =>
        Run(async () =>
        {
            var (one, home) = (One, Home.Id);
            var stale = await LockAsync(one);
            Assert.True(await WritesAsync(one, stale, "stale"));
            _sim.Crash(home);
            await _sim.BootAsync(home);

            // At once: the holder has not heard of anything.
            var next = await LockAsync(Two);
            Assert.False(stale.Lost.IsCancellationRequested);
            Assert.False(await WritesAsync(one, stale, "too late"));
            Assert.True(await WritesAsync(Two, next, "next"));
            await _sim.Loop.DelayAsync(LockLeases.LeaseSeconds);
            Assert.True(stale.Lost.IsCancellationRequested);
        });

    [Fact]
    public void A_lock_of_a_key_that_moves_is_lost_and_asked_for_at_the_new_home() =>
        Run(async () =>
        {
            var before = Home.Id;
            var old = await LockAsync(One);
            var waiting = Enumerable.Range(0, 3).Select(_ => LockAsync(Home)).ToList();
            await _sim.Nodes[before]
                .On(async () =>
                {
                    var departure = _sim.Nodes[before].Node.Cluster!.Moves!.Departure;
                    await departure.LeaveAsync(new NodeId(before), CancellationToken.None);
                    return true;
                });
            Assert.NotEqual(before, _sim.HomeOf(_app));
            while (waiting.Count > 0)
            {
                // In any order: they have asked anew.
                var any = Task.WhenAny(waiting);
                Assert.True(await _sim.Loop.UntilAsync(() => any.IsCompleted, LockLeases.Lease));
                var next = await any;
                waiting.Remove(next);
                var held = await next;
                Assert.False(await WritesAsync(_sim.Nodes[before], old, "old"));
                Assert.True(await WritesAsync(_sim.Nodes[before], held, "held"));
                Assert.Equal(1, _sim.Nodes.Values.Sum(node => node.Node.Locks.Counts().Held));
                await FreeAsync(_sim.Nodes[before], held);
            }
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_read_and_written_under_a_lock_is_never_lost_whoever_dies(int seed)
    {
        var sim = new ClusterSim(seed) { Moves = true };
        sim.App("app").Function("f", f => f.Reads("k").Writes("k"), _ => Task.CompletedTask);
        sim.Run(async () =>
        {
            var (done, tried, isOver) = (0, 0, false);
            var work = Enumerable.Range(0, 6).Select(_ => CountAsync()).ToList();
            for (var round = 0; round < 6; round++)
            {
                await sim.Loop.DelayAsync(5);
                var victim = (uint)sim.Loop.Random.Next(1, 4);
                sim.Crash(victim);
                await sim.Loop.DelayAsync(1);
                await sim.BootAsync(victim);
            }

            await sim.Loop.DelayAsync(LockLeases.LeaseSeconds * 2);
            isOver = true;
            await Task.WhenAll(work);
            var count = int.Parse(
                await sim.Nodes[1].GetAsync("app", "k") ?? "0",
                CultureInfo.InvariantCulture
            );
            Assert.InRange(count, done, tried);
            Assert.True(done > 100, $"{done} of {tried}");

            async Task CountAsync()
            {
                while (!isOver)
                {
                    var node = sim.Nodes.Values.ElementAt(sim.Loop.Random.Next(sim.Nodes.Count));
                    var counted = CountOnceAsync(node);
                    await sim.Loop.UntilAsync(
                        () => counted.IsCompleted || sim.Nodes.GetValueOrDefault(node.Id) != node,
                        TimeSpan.FromMinutes(5)
                    );
                    await sim.Loop.DelayAsync(0.05);
                }
            }

            async Task CountOnceAsync(ClusterSimNode node)
            {
                try
                {
                    await node.On(async () =>
                    {
                        await using var held = await node.Store("app").LockAsync("k");
                        var into = new System.Buffers.ArrayBufferWriter<byte>();
                        var read = await node.Store("app").GetAsync("k", into);
                        var before = read.Found ? Encoding.UTF8.GetString(into.WrittenSpan) : "0";
                        await Task.Delay(TimeSpan.FromMilliseconds(20), sim.Loop.Clock);
                        tried++;
                        var after = int.Parse(before, CultureInfo.InvariantCulture) + 1;
                        var text = after.ToString(CultureInfo.InvariantCulture);
                        var batch = new KvBatch().Set("k", Encoding.UTF8.GetBytes(text));
                        var result = await node.Store("app").CommitAsync(batch.RequireLock(held));
                        done += result.IsCommitted ? 1 : 0;
                        return true;
                    });
                }
                catch (Exception failure)
                    when (failure
                            is StorageException
                                or Invocations.InvocationRefusedException
                                or OperationCanceledException
                    )
                {
                    // Its node, or that of the key, is away.
                }
            }
        });
    }

    private void Run(Func<Task> story)
    {
        _sim.App(_app).Function("f", f => f.Reads("k").Writes("k"), _ => Task.CompletedTask);
        _sim.Run(story);
    }

    private Task<KvLock> LockAsync(
        ClusterSimNode node,
        LockMode mode = LockMode.Write,
        TimeSpan? lease = null,
        CancellationToken ct = default
    ) => node.On(async () => await node.Store(_app).LockAsync("k", mode, lease, ct));

    private Task<bool> FreeAsync(ClusterSimNode node, KvLock held) =>
        node.On(async () =>
        {
            await held.DisposeAsync();
            return true;
        });

    private Task<bool> WritesAsync(ClusterSimNode node, KvLock held, string value) =>
        node.On(async () =>
        {
            var batch = new KvBatch().Set("k", Encoding.UTF8.GetBytes(value));
            return (await node.Store(_app).CommitAsync(batch.RequireLock(held))).IsCommitted;
        });
}
