using Waverless.Invocations;
using Waverless.Wasm.Support;

namespace Waverless.Wasm;

/// <summary>What <c>kv_batch_ope</c> and <c>kv_batch_res</c> do, seen from both sides.</summary>
public sealed class BatchTests
{
    private const int Set = 1;
    private const int Get = 2;
    private const int Lock = 3;
    private const int Delete = 4;

    // Keys "a", "b" at 0 and 1, values "one", "two" at 8 and 12, answers from 2048 on.
    private const string Texts = """
        (data (i32.const 0) "ab") (data (i32.const 8) "one") (data (i32.const 12) "two")
        """;

    [Fact]
    public async Task A_batch_is_one_commit()
    {
        var host = await RunAsync([3, Set, 0, 1, 8, 3, Set, 1, 1, 12, 3, Delete, 0, 1]);
        Assert.Equal(
            [
                ["set a=one", "set b=two", "delete a"],
            ],
            host.Commits
        );
    }

    [Fact]
    public async Task A_batch_without_operations_is_fine()
    {
        Assert.Empty((await RunAsync([0])).Commits);
    }

    [Fact]
    public async Task A_lock_splits_a_batch_into_commits()
    {
        var host = await RunAsync([
            4,
            Set,
            0,
            1,
            8,
            3,
            Lock,
            0,
            1,
            -1,
            2052,
            Set,
            1,
            1,
            12,
            3,
            Delete,
            0,
            1,
        ]);
        Assert.Equal(["commit set a=one", "lock a", "commit set b=two,delete a"], host.Order);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task An_unlock_of_four_or_five_integers_splits_as_well(int length)
    {
        int[] unlock = length == 5 ? [Lock, 0, 1, 1, 0] : [Lock, 0, 1, 1];
        int[] batch = [4, Lock, 0, 1, -1, 2052, Set, 1, 1, 12, 3, .. unlock, Delete, 0, 1];
        var host = await RunAsync(batch);
        Assert.Equal(["lock a", "commit set b=two", "unlock 1", "commit delete a"], host.Order);
        Assert.Empty(host.Held);
    }

    [Fact]
    public async Task An_unlock_of_a_lock_that_is_not_held_is_a_fault()
    {
        await using var app = await LoadAsync([1, Lock, 0, 1, 9, 0], "");
        var result = await app.InvokeAsync("run");
        Assert.Equal(InvocationStatus.Trapped, result.Status);
        Assert.Contains("no lock 9", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_get_writes_the_length_and_the_result_call_copies_the_value()
    {
        await using var app = await LoadAsync(
            [1, Get, 0, 1, 2052],
            """
            (i32.store (i32.const 3000) (i32.const 0))
            (i32.store (i32.const 3004) (i32.const 4000))
            (call $res (i32.load (i32.const 2048)) (i32.const 3000) (i32.const 2))
            (call $result (i32.const 4000) (i32.load (i32.const 2052)))
            """
        );
        var result = await app.InvokeAsync("run", host: new TestHost { ["a"] = "stored" });
        Assert.Equal("stored", result.Text);
    }

    [Fact]
    public async Task A_get_of_a_missing_key_writes_minus_one()
    {
        await using var app = await LoadAsync(
            [1, Get, 0, 1, 2052],
            """
            (if (i32.ne (i32.load (i32.const 2052)) (i32.const -1)) (then unreachable))
            """
        );
        Assert.True((await app.InvokeAsync("run")).IsCompleted);
    }

    [Fact]
    public async Task A_get_of_an_empty_value_writes_zero()
    {
        await using var app = await LoadAsync(
            [1, Get, 0, 1, 2052],
            "(if (i32.load (i32.const 2052)) (then unreachable))"
        );
        Assert.True((await app.InvokeAsync("run", host: new TestHost { ["a"] = "" })).IsCompleted);
    }

    [Theory]
    [InlineData(new[] { 2, Set, 0, 1, 8, 3, Get, 0, 1, 2052 }, 3)]
    [InlineData(new[] { 2, Delete, 0, 1, Get, 0, 1, 2052 }, -1)]
    [InlineData(new[] { 2, Set, 1, 1, 8, 3, Get, 0, 1, 2052 }, 6)]
    public async Task A_get_sees_the_writes_before_it_in_the_batch(int[] batch, int length)
    {
        await using var app = await LoadAsync(
            batch,
            $"(if (i32.ne (i32.load (i32.const 2052)) (i32.const {length})) (then unreachable))"
        );
        var host = new TestHost { ["a"] = "stored" };
        var result = await app.InvokeAsync("run", host: host);
        Assert.True(result.IsCompleted, result.Error);
        Assert.Single(host.Commits);
    }

    [Fact]
    public async Task A_result_of_an_unknown_batch_or_operation_is_a_fault()
    {
        const string ask = """
            (i32.store (i32.const 3000) (i32.const {0}))
            (call $res (i32.const {1}) (i32.const 3000) (i32.const 2))
            """;
        foreach (var (operation, batch) in new[] { (1, 1), (-1, 1), (0, 2), (0, 0), (0, -1) })
        {
            var body = string.Format(null, ask, operation, batch);
            await using var app = await LoadAsync([1, Get, 0, 1, 2052], body);
            var result = await app.InvokeAsync("run", host: new TestHost { ["a"] = "x" });
            Assert.Equal(InvocationStatus.Trapped, result.Status);
            Assert.StartsWith("kv_batch_res:", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_fault_in_one_operation_leaves_the_whole_batch_undone()
    {
        await using var app = await LoadAsync([2, Set, 0, 1, 8, 3, Set, 0, 1, 65_535, 3], "");
        var host = new TestHost();
        var result = await app.InvokeAsync("run", host: host);
        Assert.Equal(InvocationStatus.Trapped, result.Status);
        Assert.Contains("value_ptr names 3 bytes at address 65535", result.Error!, default);
        Assert.Empty(host.Commits);
    }

    [Fact]
    public async Task What_committed_before_a_fault_stays()
    {
        await using var app = await LoadAsync([1, Set, 0, 1, 8, 3], "unreachable");
        var host = new TestHost();
        var result = await app.InvokeAsync("run", host: host);
        Assert.Equal(InvocationStatus.Trapped, result.Status);
        Assert.Equal(
            [
                ["set a=one"],
            ],
            host.Commits
        );
    }

    private static async Task<TestHost> RunAsync(int[] batch)
    {
        await using var app = await LoadAsync(batch, "");
        var result = await app.InvokeAsync("run");
        Assert.True(result.IsCompleted, result.Error);
        return app.Host;
    }

    private static Task<WasmApp> LoadAsync(int[] batch, string then) =>
        WasmApp.LoadTextAsync(
            Guests.With(
                $"""
                {Texts} {Guests.Integers(1024, batch)}
                (func (export "run")
                  (call $ope (i32.const 1024) (i32.const {batch.Length}) (i32.const 2048))
                  {then})
                """
            ),
            "run"
        );
}
