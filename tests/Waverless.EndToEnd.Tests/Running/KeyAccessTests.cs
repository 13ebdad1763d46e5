using Waverless.EndToEnd.Hosts;

namespace Waverless.EndToEnd.Running;

/// <summary>Keys outside the manifest, and locks whose holder ends badly.</summary>
public sealed class KeyAccessTests(SharedNode shared)
{
    [Theory]
    [InlineData("undeclared_get", "get")]
    [InlineData("undeclared_set", "set")]
    [InlineData("undeclared_delete", "delete")]
    [InlineData("undeclared_lock", "lock")]
    public async Task An_undeclared_access_is_named_and_changes_nothing(
        string function,
        string operation
    )
    {
        await shared.Node.TextAsync("store/set", "note_a=before");

        using var answer = await shared.Node.CallAsync($"store/{function}");

        await answer.AssertProblemAsync(
            500,
            "permission_denied",
            $"store/{function}",
            "'note_a'",
            operation
        );
        Assert.Equal("before", await shared.Node.TextAsync("store/get", "note_a"));
        await shared.Node.AssertAliveAsync();
    }

    [Fact]
    public async Task A_batch_that_reaches_beyond_the_manifest_writes_nothing()
    {
        await shared.Node.TextAsync("store/delete", "note_b");

        using var answer = await shared.Node.CallAsync("store/set_beyond", "x");

        await answer.AssertProblemAsync(500, "permission_denied", "'secret'");
        Assert.Equal("(missing)", await shared.Node.TextAsync("store/get", "note_b"));
    }

    [Theory]
    [InlineData("lock_and_trap", 500, "trapped", "store/lock_and_trap")]
    [InlineData("lock_and_spin", 504, "timed_out", "store/lock_and_spin")]
    [InlineData("lock_twice", 504, "timed_out", "'note_lock'")]
    public async Task A_lock_is_free_when_its_holder_ended_badly(
        string function,
        int status,
        string code,
        string named
    )
    {
        using var answer = await shared.Node.CallAsync($"store/{function}");

        await answer.AssertProblemAsync(status, code, named);
        Assert.Equal("unlocked", await shared.Node.TextAsync("store/short_unlock"));
        await shared.Node.AssertAliveAsync();
    }

    [Fact]
    public async Task An_unlock_of_what_was_never_locked_is_a_trap()
    {
        using var answer = await shared.Node.CallAsync("store/unlock_only");
        await answer.AssertProblemAsync(500, "trapped", "12345");
        await shared.Node.AssertAliveAsync();
    }

    [Fact]
    public async Task A_value_beyond_the_limit_is_refused()
    {
        using var answer = await shared.Node.CallAsync("store/set_big", "20000000");
        await answer.AssertProblemAsync(500, "too_large", "'note_big' has 20000000 bytes");
        await shared.Node.AssertAliveAsync();
    }
}
