using Waverless.Generators.Models;

namespace Waverless.Generators.Writing;

/// <summary>Writes the handler of one function.</summary>
internal static class MethodWriter
{
    private const string Result = "global::Waverless.Invocations.InvocationResult";
    private const string Task = $"global::System.Threading.Tasks.ValueTask<{Result}>";

    /// <summary>The handler's name; numbered, since methods may be overloaded.</summary>
    public static string NameOf(FunctionMethod function, int number) =>
        $"{function.Method}_{number}";

    public static void Write(CodeText code, FunctionSet set, FunctionMethod function, int number)
    {
        var kind = function.IsAsync ? "private static async" : "private static";
        var name = NameOf(function, number);
        code.Open($"{kind} {Task} {name}(global::Waverless.Runtime.FunctionContext context)");
        var names = new List<string>();
        foreach (var argument in function.Arguments)
        {
            var local = $"argument{names.Count}";
            names.Add(local);
            code.Line($"{argument.Type} {local} = {argument.Value};");
        }

        var call = $"{Target(code, set, function)}.@{function.Method}({string.Join(", ", names)})";
        call = function.Answer.IsAwaited ? $"await {call}" : call;
        var result = function.Answer.Result ?? $"{Result}.Completed()";
        code.Line(function.Answer.Result is null ? $"{call};" : $"var answer = {call};")
            .Line(function.IsAsync ? $"return {result};" : $"return new {Task}({result});")
            .Close();
    }

    private static string Target(CodeText code, FunctionSet set, FunctionMethod function)
    {
        if (function.IsStatic)
        {
            return set.Type;
        }

        code.Line(
            "var instance = global::Microsoft.Extensions.DependencyInjection"
                + $".ServiceProviderServiceExtensions.GetRequiredService<{set.Type}>(context.Services);"
        );
        return "instance";
    }
}
