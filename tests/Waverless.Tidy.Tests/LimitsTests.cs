using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Waverless.Tidy;

public sealed partial class LimitsTests
{
    private const BindingFlags Any =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    private static readonly Assembly[] Assemblies =
    [
        .. new[] { "Core", "Storage", "Transport", "Wasm", "Hosting", "AspNetCore" }.Select(name =>
            Assembly.Load("Waverless." + name)
        ),
    ];

    public static TheoryData<string, long> Documented
    {
        get
        {
            var rows = new TheoryData<string, long>();
            foreach (Match row in Row().Matches(Repository.Text("docs/limits.md")))
            {
                rows.Add(
                    row.Groups[1].Value,
                    long.Parse(row.Groups[2].Value, CultureInfo.InvariantCulture)
                );
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Documented))]
    public void Documented_limits_are_those_of_the_code(string bound, long documented) =>
        Assert.Equal(documented, ValueOf(bound));

    [Fact]
    public void Every_option_of_a_node_that_is_a_bound_is_documented()
    {
        var text = Repository.Text("docs/limits.md");
        Assert.Empty(
            from type in Assemblies.SelectMany(assembly => assembly.GetTypes())
            where
                type.Name
                    is "WaverlessOptions"
                        or "KvLimits"
                        or "StorageLimits"
                        or "TransportLimits"
            from property in type.GetProperties()
            where property.Name.EndsWith("Max", StringComparison.Ordinal)
            where !text.Contains($"`{type.Name}.{property.Name}`", StringComparison.Ordinal)
            select $"{type.Name}.{property.Name}"
        );
    }

    private static long ValueOf(string bound)
    {
        var (typeName, memberName) = (bound.Split('.')[0], bound.Split('.')[1]);
        var type = Assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .Single(type => type.Name == typeName);
        var member = type.GetMember(memberName, Any).Single();
        return member switch
        {
            FieldInfo field => Convert.ToInt64(field.GetValue(null), CultureInfo.InvariantCulture),
            PropertyInfo property => Convert.ToInt64(
                property.GetValue(Activator.CreateInstance(type)),
                CultureInfo.InvariantCulture
            ),
            _ => throw new InvalidOperationException($"{bound} is neither field nor property."),
        };
    }

    [GeneratedRegex(@"^\| `(\w+\.\w+)` \| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
