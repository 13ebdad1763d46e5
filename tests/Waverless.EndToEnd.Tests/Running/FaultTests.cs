using Waverless.EndToEnd.Hosts;

namespace Waverless.EndToEnd.Running;

/// <summary>Guests that misbehave end their own invocation, never the process.</summary>
public sealed class FaultTests(SharedNode shared)
{
    [Theory]
    [InlineData("trap", "", 500, "trapped", "unreachable")]
    [InlineData("fail", "", 500, "trapped", "this is why")]
    [InlineData("divide", "0", 500, "trapped", "divide by zero")]
    [InlineData("stray", "", 500, "trapped", "out of bounds")]
    [InlineData("spin", "", 504, "timed_out", "deadline")]
    [InlineData("chatter", "", 504, "timed_out", "deadline")]
    [InlineData("recurse", "", 500, "stack_exhausted", "524288 bytes")]
    [InlineData("overflow", "", 500, "trapped", "out of bounds")]
    [InlineData("exhaust", "", 500, "out_of_memory", "limits: memory")]
    public async Task A_fault_is_answered_with_what_and_where(
        string function,
        string payload,
        int status,
        string code,
        string named
    )
    {
        using var answer = await shared.Node.CallAsync($"faults/{function}", payload);
        await answer.AssertProblemAsync(status, code, named, $"faults/{function}");
        await shared.Node.AssertAliveAsync();
    }

    [Theory]
    [InlineData("faults/flood", "50000000")]
    [InlineData("command_faults/main", "flood 50000000")]
    public async Task A_flood_of_result_is_too_large(string function, string payload)
    {
        using var answer = await shared.Node.CallAsync(function, payload);
        await answer.AssertProblemAsync(500, "too_large", "The result", "16777216");
        await shared.Node.AssertAliveAsync();
    }

    [Fact]
    public async Task Memory_grows_up_to_its_limit_and_a_guest_may_live_with_that()
    {
        Assert.Equal("64", await shared.Node.TextAsync("faults/grow"));
        await shared.Node.AssertAliveAsync();
    }

    [Theory]
    [InlineData("1")]
    [InlineData("abcdefgh")]
    public async Task An_allocator_that_answers_nonsense_is_a_trap(string payload)
    {
        using var answer = await shared.Node.CallAsync("bad_allocate/main", payload);
        await answer.AssertProblemAsync(500, "trapped", "allocate", "429496729");
        await shared.Node.AssertAliveAsync();
    }

    [Theory]
    [InlineData("exit 3", 500, "failed", "3")]
    [InlineData("abort", 500, "trapped", "command_faults/main")]
    [InlineData("spin", 504, "timed_out", "command_faults/main")]
    public async Task A_command_that_misbehaves_ends_alone(
        string order,
        int status,
        string code,
        string named
    )
    {
        using var answer = await shared.Node.CallAsync("command_faults/main", order);
        await answer.AssertProblemAsync(status, code, named);
        await shared.Node.AssertAliveAsync();
    }

    [Fact]
    public async Task Many_faults_at_once_leave_the_others_alone()
    {
        string[] faults = ["trap", "recurse", "exhaust", "stray", "overflow", "divide"];
        var calls = Enumerable
            .Range(0, 120)
            .Select(async i =>
            {
                using var answer = await shared.Node.CallAsync($"faults/{faults[i % 6]}", "0");
                Assert.Equal(500, (int)answer.StatusCode);
            })
            .ToList();
        for (var i = 0; i < 5; i++)
        {
            await shared.Node.AssertAliveAsync();
        }

        await Task.WhenAll(calls);
        await shared.Node.AssertAliveAsync();
    }
}
