using System.Buffers;
using Waverless.Apps;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Invocations;

/// <summary>A function is a transaction (SEMANTICS §3).</summary>
public sealed class AtomicTests
{
    private readonly Sim _sim = new();

    [Fact]
    public void Own_writes_are_read_back_and_scanned_and_nobody_else_sees_them_before_the_end()
    {
        var node = default(SimNode);
        _sim.App("app")
            .Function(
                "write",
                f => f.Post().Reads("k_{}").Writes("k_{}").Deletes("k_{}"),
                async call =>
                {
                    await call.SetAsync("k_b", "new");
                    await call.SetAsync("k_d", "new");
                    await call.DeleteAsync("k_a");
                    Assert.Equal("new", await call.GetAsync("k_b"));
                    Assert.Null(await call.GetAsync("k_a"));
                    Assert.Equal(["k_b", "k_c", "k_d"], await call.ScanAsync("k_"));
                    Assert.Equal("old", await node!.Store("app").GetTextAsync("k_a"));
                    Assert.Null(await node.Store("app").GetTextAsync("k_d"));
                }
            );

        _sim.Run(async () =>
        {
            node = await _sim.BootAsync();
            await node.Store("app")
                .CommitAsync(new KvBatch().Set("k_a", "old"u8).Set("k_c", "old"u8));
            var before = node.Engine.Commits;
            var result = await node.CallAsync("app/write");

            Assert.True(result.IsCompleted, result.Error);
            Assert.Equal(before + 1, node.Engine.Commits);
            Assert.Null(await node.Store("app").GetTextAsync("k_a"));
            Assert.Equal("new", await node.Store("app").GetTextAsync("k_d"));
        });
    }

    [Fact]
    public void A_function_that_fails_has_written_nothing()
    {
        _sim.App("app")
            .Function(
                "write",
                f => f.Post().Writes("k_{}"),
                async call =>
                {
                    await call.SetAsync("k_a", "x");
                    throw new IOException("after all");
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await node.CallAsync("app/write");

            Assert.Equal(InvocationStatus.Failed, result.Status);
            Assert.Equal(0, node.Engine.Commits);
        });
    }

    [Fact]
    public void Writes_and_the_completion_of_the_event_are_one_commit()
    {
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").Writes("out_{}"),
                call => call.SetAsync("out_1", "x")
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in_1", "x");
            await node.DrainedAsync("app");

            Assert.Equal(2, node.Engine.Commits);
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Theory]
    [InlineData(CommitMode.Atomic, false)]
    [InlineData(CommitMode.Atomic, true)]
    [InlineData(CommitMode.Immediate, true)]
    public void A_newer_value_of_the_own_key_survives_its_delete(CommitMode mode, bool reads)
    {
        var seen = new List<string?>();
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in").Reads("in").Deletes("in").Commit(mode),
                async call =>
                {
                    seen.Add(reads ? await call.GetAsync("in") : "unread");
                    await _sim.DelayAsync(100);
                    await call.DeleteAsync("in");
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in", "first");
            await _sim.DelayAsync(50);
            await node.Store("app").SetTextAsync("in", "second");
            await _sim.DelayAsync(100);
            Assert.Equal("second", await node.Store("app").GetTextAsync("in"));
            await node.DrainedAsync("app");

            // An atomic run whose read was changed runs again, on the newer value.
            var isRerun = mode == CommitMode.Atomic && reads;
            string?[] expected =
                !reads ? ["unread", "unread"]
                : isRerun ? ["first", "second", null]
                : ["first", "second"];
            Assert.Equal(expected, seen);
            Assert.Null(await node.Store("app").GetTextAsync("in"));
        });
    }

    [Theory]
    [InlineData(CommitMode.Atomic)]
    [InlineData(CommitMode.Immediate)]
    public void What_a_function_wrote_to_its_own_key_it_can_delete(CommitMode mode)
    {
        _sim.App("app")
            .Function(
                "on",
                f => f.OnNew("in").Writes("in").Deletes("in").Commit(mode),
                async call =>
                {
                    await call.SetAsync("in", "mine");
                    await call.DeleteAsync("in");
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in", "first");
            await node.DrainedAsync("app");

            Assert.Null(await node.Store("app").GetTextAsync("in"));
        });
    }

    [Fact]
    public void The_triggering_key_can_be_read_without_a_declaration()
    {
        var value = default(string);
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}"),
                async call => value = await call.GetAsync("in_1")
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in_1", "x");
            await node.DrainedAsync("app");

            Assert.Equal("x", value);
        });
    }

    [Fact]
    public void What_is_not_declared_is_refused_with_key_operation_and_line()
    {
        var app = _sim.App("app");
        foreach (var what in new[] { "get", "set", "delete", "scan", "lock", "other" })
        {
            app.Function(
                what,
                f => f.Post().Reads("read_{}").Writes("write_{}"),
                call =>
                    what switch
                    {
                        "get" => call.GetAsync("write_1"),
                        "set" => call.SetAsync("read_1", "x"),
                        "delete" => call.DeleteAsync("write_1"),
                        "scan" => call.ScanAsync("write_"),
                        "lock" => call.LockAsync("read_1"),
                        _ => call.SetAsync("@app2/write_1", "x"),
                    }
            );
        }

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            foreach (var (what, expected) in Denials)
            {
                var result = await node.CallAsync($"app/{what}");
                Assert.Equal(InvocationStatus.PermissionDenied, result.Status);
                Assert.Contains(expected, result.Error, StringComparison.Ordinal);
            }

            Assert.Equal(0, node.Engine.Commits);
        });
    }

    [Fact]
    public void After_its_end_the_host_of_an_invocation_is_closed()
    {
        var host = default(IInvocationHost);
        _sim.App("app")
            .Function(
                "leak",
                f => f.Post().Writes("k_{}"),
                call =>
                {
                    host = call.Host;
                    return Task.CompletedTask;
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.CallAsync("app/leak");

            await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
                await host!.CommitAsync(new KvBatch().Set("k_1", "x"u8), default)
            );
            await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
                await host!.GetAsync("k_1", new ArrayBufferWriter<byte>(), default)
            );
            Assert.Equal(0, node.Engine.Commits);
        });
    }

    private static IEnumerable<(string What, string Expected)> Denials =>
        [
            ("get", "app/get may not get the key 'write_1'; expected get among the operations"),
            ("get", "'write_{}' [set] (manifest line 2)"),
            ("set", "app/set may not set the key 'read_1'"),
            ("delete", "app/delete may not delete the key 'write_1'"),
            ("scan", "app/scan may not scan from 'write_'"),
            ("lock", "app/lock may not set the key 'read_1'"),
            ("other", "'@app2/write_1'"),
        ];
}
