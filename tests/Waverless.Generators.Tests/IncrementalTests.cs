using Microsoft.CodeAnalysis;

namespace Waverless.Generators;

public sealed class IncrementalTests
{
    private const string Source = """
        [Functions("a", Json = typeof(ShopJson))]
        public class C
        {
            [Function] public Receipt F(Order order) => new(order.Id);
        }
        """;

    [Theory]
    [InlineData("// a comment in front\n", "")]
    [InlineData("", "\npublic class Other;")]
    public void Edits_beside_the_functions_write_nothing_anew(string before, string after) =>
        Assert.All(
            StepsAfter(before + Source + after),
            step =>
                Assert.True(
                    step is IncrementalStepRunReason.Unchanged or IncrementalStepRunReason.Cached,
                    $"{step}"
                )
        );

    [Fact]
    public void An_edit_of_a_function_writes_its_class_anew() =>
        Assert.Contains(
            IncrementalStepRunReason.Modified,
            StepsAfter(Source.Replace("[Function]", "[Function(\"g\")]", StringComparison.Ordinal))
        );

    private static IEnumerable<IncrementalStepRunReason> StepsAfter(string edited)
    {
        var compilation = Compiled.Compile(Source);
        var driver = Compiled.Driver().RunGenerators(compilation);
        var changed = compilation.ReplaceSyntaxTree(
            compilation.SyntaxTrees[^1],
            Compiled.Parse(edited)
        );
        return driver
            .RunGenerators(changed)
            .GetRunResult()
            .Results.Single()
            .TrackedSteps[FunctionGenerator.SetsStep]
            .SelectMany(step => step.Outputs)
            .Select(output => output.Reason);
    }
}
