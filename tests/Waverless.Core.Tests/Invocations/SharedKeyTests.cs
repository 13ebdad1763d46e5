using Waverless.Apps;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Invocations;

/// <summary>What an app shares is read, scanned and, with immediate commits, written by others.</summary>
public sealed class SharedKeyTests
{
    private readonly Sim _sim = new();
    private readonly List<string> _heard = [];
    private TestApp _owner = null!;

    [Fact]
    public void A_shared_key_is_written_where_it_lives_and_sets_off_its_apps_functions()
    {
        Owner();
        User(
            "put",
            f => f.Reads("@owner/box_{}").Writes("@owner/box_{}").Deletes("@owner/box_{}"),
            async call =>
            {
                var written = await call.SetAsync("@owner/box_1", "x");
                Assert.True(written.IsCommitted);
                Assert.Equal("x", await call.GetAsync("@owner/box_1"));
                Assert.True((await call.DeleteAsync("@owner/box_2")).IsCommitted);
                var unless = new KvBatch().RequireAbsent("@owner/box_1").Set("@owner/box_3", "x"u8);
                var result = await call.CommitAsync(unless);
                Assert.Equal(
                    (CommitStatus.ConditionFailed, 0),
                    (result.Status, result.FailedCondition)
                );
            }
        );

        Tell(async node =>
        {
            await node.Store("owner").SetTextAsync("box_2", "old");
            await node.DrainedAsync("owner");
            _heard.Clear();
            var result = await node.CallAsync("user/put");
            Assert.True(result.IsCompleted, result.Error);
            await node.DrainedAsync("owner", "user");

            Assert.Equal("x", await node.Store("owner").GetTextAsync("box_1"));
            Assert.Null(await node.Store("owner").GetTextAsync("box_2"));
            Assert.Null(await node.Store("owner").GetTextAsync("box_3"));
            Assert.Equal(["box_1"], _heard);
            Assert.Null(await node.Store("user").GetTextAsync("box_1"));
        });
    }

    [Theory]
    [InlineData(KeyOperations.Get, false, false)]
    [InlineData(KeyOperations.Set, true, false)]
    [InlineData(KeyOperations.Get | KeyOperations.Delete, false, true)]
    public void Only_the_operations_that_are_shared_now_are_allowed(
        KeyOperations shared,
        bool maySet,
        bool mayDelete
    )
    {
        Owner(KeyOperations.Get | KeyOperations.Set | KeyOperations.Delete);
        var declare = (Runtime.Managed.FunctionBuilder f) =>
        {
            f.Writes("@owner/box_{}").Deletes("@owner/box_{}");
        };
        User("set", declare, call => call.SetAsync("@owner/box_1", "x"));
        User("delete", declare, call => call.DeleteAsync("@owner/box_1"));

        Tell(async node =>
        {
            // The owner changes its mind: access is checked each time.
            _owner.Shares.Clear();
            _owner.Share("user", "box_{}", shared);
            await node.Node.Deployer.DeployAsync(_sim.Runtime.Version(_owner), default);

            await ExpectAsync("user/set", maySet);
            await ExpectAsync("user/delete", mayDelete);

            async Task ExpectAsync(string function, bool isAllowed)
            {
                var result = await node.CallAsync(function);
                Assert.Equal(isAllowed, result.IsCompleted);
                if (!isAllowed)
                {
                    Assert.Equal(InvocationStatus.PermissionDenied, result.Status);
                    Assert.Contains("under 'shares' for user", result.Error, Ordinal);
                }
            }
        });
    }

    [Theory]
    [InlineData("own key", "owner#0", "user#0")]
    [InlineData("two partitions", "owner#", "owner#")]
    [InlineData("message", "a message", "a batch for each app")]
    [InlineData("timer", "a timer", "a batch for each app")]
    public void A_batch_that_reaches_further_than_one_partition_is_refused(
        string what,
        string first,
        string second
    )
    {
        Owner(partitions: what == "two partitions" ? 16 : 1);
        User(
            "put",
            f => f.Writes("@owner/box_{}").Writes("own_{}").Sends("put"),
            call =>
            {
                var batch = new KvBatch().Set("@owner/box_1", "x"u8);
                _ = what switch
                {
                    "own key" => batch.Set("own_1", "x"u8),
                    "message" => batch.Enqueue("put", "x"u8),
                    "timer" => batch.SetTimer(new("t", "put", FunctionTimer.Every(Hour))),
                    _ => batch.Set("@owner/box_2", "x"u8).Set("@owner/box_3", "x"u8),
                };
                return call.CommitAsync(batch);
            },
            alsoMessages: true
        );

        Tell(async node =>
        {
            var result = await node.CallAsync("user/put");
            Assert.Equal(InvocationStatus.PermissionDenied, result.Status);
            Assert.Contains(first, result.Error, Ordinal);
            Assert.Contains(second, result.Error, Ordinal);
            Assert.Null(await node.Store("owner").GetTextAsync("box_1"));
            Assert.Equal(0, node.Engine.Commits);
        });
    }

    [Fact]
    public void Each_key_of_a_partitioned_app_is_written_in_its_partition()
    {
        Owner(partitions: 8);
        User(
            "put",
            f => f.Writes("@owner/box_{}"),
            async call =>
            {
                for (var i = 0; i < 20; i++)
                {
                    Assert.True((await call.SetAsync($"@owner/box_{i}", $"{i}")).IsCommitted);
                }
            }
        );

        Tell(async node =>
        {
            Assert.True((await node.CallAsync("user/put")).IsCompleted);
            await node.DrainedAsync("owner");
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal($"{i}", await node.Store("owner").GetTextAsync($"box_{i}"));
            }

            Assert.Equal(20, _heard.Count);
            Assert.InRange(node.Engine.Partitions.Count(p => p.App == "owner"), 2, 8);
        });
    }

    [Fact]
    public void A_triggered_function_deletes_only_the_revision_of_its_key_that_it_has_read()
    {
        Owner();
        var runs = 0;
        User(
            "on",
            f => f.OnSet("@owner/box_{}").Reads("@owner/box_{}").Deletes("@owner/box_{}"),
            async call =>
            {
                await call.GetAsync(call.Text);
                if (++runs == 1)
                {
                    await _sim.DelayAsync(100);
                }

                await call.DeleteAsync(call.Text);
            },
            isTriggered: true
        );

        Tell(async node =>
        {
            var store = node.Store("owner");
            await store.SetTextAsync("box_1", "old");
            await _sim.DelayAsync(50);
            await store.SetTextAsync("box_1", "new");
            await _sim.DelayAsync(60);
            Assert.InRange(runs, 1, 2);
            await node.DrainedAsync("owner", "user");
            Assert.Equal(2, runs);
            Assert.Null(await store.GetTextAsync("box_1"));
        });
    }

    [Fact]
    public void A_lock_of_a_shared_key_guards_what_is_written_under_it()
    {
        Owner();
        User(
            "add",
            f => f.Reads("@owner/box_{}").Writes("@owner/box_{}"),
            async call =>
            {
                var held = await call.LockAsync("@owner/box_n");
                var count = int.Parse(await call.GetAsync("@owner/box_n") ?? "0");
                await _sim.DelayAsync(5);
                await call.SetAsync("@owner/box_n", $"{count + 1}");
                call.Host.Unlock(held);
            }
        );

        Tell(async node =>
        {
            var calls = Enumerable.Range(0, 20).Select(_ => node.CallAsync("user/add").AsTask());
            Assert.All(await Task.WhenAll(calls), call => Assert.True(call.IsCompleted));
            Assert.Equal("20", await node.Store("owner").GetTextAsync("box_n"));
        });
    }

    [Theory]
    [InlineData(CommitMode.Immediate)]
    [InlineData(CommitMode.Atomic)]
    public void A_scan_of_a_shared_range_gives_what_is_shared_page_by_page(CommitMode mode)
    {
        Owner(KeyOperations.Get);
        var seen = new List<string>();
        User(
            "scan",
            f => f.Reads("@owner/box_{}").Reads("own_{}"),
            async call =>
            {
                var range = KvRange.Prefix("@owner/box_") with { Limit = 7 };
                while (true)
                {
                    var page = await call.Host.ScanAsync(range, call.Cancellation);
                    Assert.InRange(page.Entries.Count, 0, 7);
                    seen.AddRange(page.Entries.Select(entry => entry.Key.ToString()));
                    if (page.Next is not { } next)
                    {
                        break;
                    }

                    Assert.StartsWith("@owner/", next.ToString(), Ordinal);
                    range = range with { From = next };
                }
            },
            mode
        );

        Tell(async node =>
        {
            for (var i = 0; i < 25; i++)
            {
                await node.Store("owner").SetTextAsync($"box_{i:D2}", "x");
                await node.Store("owner").SetTextAsync($"box_{i:D2}_private", "x");
                await node.Store("owner").SetTextAsync($"secret_{i:D2}", "x");
                await node.Store("user").SetTextAsync($"box_{i:D2}_own", "x");
            }

            var result = await node.CallAsync("user/scan");
            Assert.True(result.IsCompleted, result.Error);
            Assert.Equal(Enumerable.Range(0, 25).Select(i => $"@owner/box_{i:D2}"), seen);
        });
    }

    [Theory]
    [InlineData("@owner/secret_")]
    [InlineData("@owner/")]
    [InlineData("@other/box_")]
    public void A_scan_beyond_what_is_shared_is_refused(string prefix)
    {
        Owner(KeyOperations.Get);
        User("scan", f => f.Reads("@owner/box_{}"), call => call.ScanAsync(prefix));

        Tell(async node =>
        {
            var result = await node.CallAsync("user/scan");
            Assert.Equal(InvocationStatus.PermissionDenied, result.Status);
            Assert.Contains($"may not scan from '{prefix}'", result.Error, Ordinal);
        });
    }

    [Theory]
    [InlineData(null)]
    [InlineData(CommitMode.Atomic)]
    public void A_function_that_commits_as_one_and_would_write_them_is_refused_at_deploy(
        CommitMode? mode
    )
    {
        Owner();
        User("put", f => f.Reads("own").Writes("@owner/box_{}"), _ => Task.CompletedTask, mode);

        _sim.Run(async () =>
        {
            var fault = await Assert.ThrowsAsync<AppRejectedException>(() => _sim.BootAsync());
            Assert.Equal(("user", AppRejectionCode.ManifestInvalid), (fault.App, fault.Code));
            var reason = Assert.Single(fault.Reasons);
            Assert.Contains("Line 2: '@owner/box_{}' asks for Set", reason, Ordinal);
            Assert.Contains("'user/put' commits as one", reason, Ordinal);
            Assert.Contains("expected 'commit: immediate'", reason, Ordinal);
        });
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private void Owner(
        KeyOperations operations = KeyOperations.Get | KeyOperations.Set | KeyOperations.Delete,
        int partitions = 1
    )
    {
        _owner = _sim.App("owner");
        _owner.Partitions = partitions;
        _owner
            .Function(
                "on",
                f => f.OnSet("box_{}").Reads("box_{}"),
                call =>
                {
                    _heard.Add(call.Text);
                    return Task.CompletedTask;
                }
            )
            .Share("user", "box_{}", operations);
    }

    private void User(
        string function,
        Action<Runtime.Managed.FunctionBuilder> declare,
        Func<ScriptCall, Task> script,
        CommitMode? mode = CommitMode.Immediate,
        bool isTriggered = false,
        bool alsoMessages = false
    )
    {
        var app = _sim.Apps.Find(app => app.Name == "user") ?? _sim.App("user");
        app.Function(
            function,
            f =>
            {
                _ = isTriggered ? f : f.Post();
                _ = alsoMessages ? f.OnMessage() : f;
                _ = mode is { } commit ? f.Commit(commit) : f;
                declare(f);
            },
            script
        );
    }

    private void Tell(Func<SimNode, Task> story) =>
        _sim.Run(async () => await story(await _sim.BootAsync()));
}
