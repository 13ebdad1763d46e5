using System.Net;

namespace QuickStart.Checking;

/// <summary>fn2 and longchain.</summary>
internal static class FunctionSteps
{
    public static async Task SayHelloAsync(CheckClient client)
    {
        var answer = await client.PostAsync("/fn2/fn2");
        answer.Expect(HttpStatusCode.OK, "hello world");
    }

    public static async Task RunChainAsync(CheckClient client)
    {
        var begun = await client.GetAsync("/longchain/chain_begin?wait=cascade");
        begun.ExpectCascade(invocations: 101, longestChain: 101);
        var state = await client.GetAsync("/longchain/chain_state");
        state.Expect(HttpStatusCode.OK, "100");
    }

    public static async Task UseWrongMethodAsync(CheckClient client)
    {
        var answer = await client.GetAsync("/fn2/fn2");
        answer.ExpectProblem(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
    }
}
