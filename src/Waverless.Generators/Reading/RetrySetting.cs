using Microsoft.CodeAnalysis;

namespace Waverless.Generators.Reading;

/// <summary>Reads how failed events are tried again.</summary>
internal static class RetrySetting
{
    /// <summary>The call of the function's builder.</summary>
    public static string Read(AttributeData attribute)
    {
        var arguments = new List<string>();
        var call = "Retry";
        foreach (var named in attribute.NamedArguments)
        {
            var value = named.Value.Value;
            switch (named.Key)
            {
                case "On":
                    call = "RetryOn";
                    var error = SettingsReader.Number(value);
                    arguments.Insert(0, $"(global::Waverless.Events.ErrorClass){error}");
                    break;
                case "Attempts":
                    arguments.Add($"attempts: {SettingsReader.Number(value)}");
                    break;
                case "FirstMs":
                    arguments.Add($"first: {SettingsReader.Milliseconds(value)}");
                    break;
                case "LongestMs":
                    arguments.Add($"longest: {SettingsReader.Milliseconds(value)}");
                    break;
                default:
                    break;
            }
        }

        return $".{call}({string.Join(", ", arguments)})";
    }
}
