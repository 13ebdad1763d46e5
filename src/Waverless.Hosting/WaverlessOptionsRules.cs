using Microsoft.Extensions.Options;

namespace Waverless.Hosting;

/// <summary>Checks what attributes cannot say; the messages name the key.</summary>
internal sealed class WaverlessOptionsRules : IValidateOptions<WaverlessOptions>
{
    private static readonly TimeSpan DrainTimeoutMax = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, WaverlessOptions options)
    {
        var defects = new List<string>();
        if (options.DrainTimeout < TimeSpan.Zero || options.DrainTimeout > DrainTimeoutMax)
        {
            defects.Add(
                $"Waverless:DrainTimeout is {options.DrainTimeout}; expected 00:00:00 to 01:00:00."
            );
        }

        if (!Enum.IsDefined(options.Durability))
        {
            defects.Add($"Waverless:Durability is {options.Durability}; expected Process or Disk.");
        }

        if (
            options.DataFolder is { } folder
            && (string.IsNullOrWhiteSpace(folder) || folder.Contains('\0'))
        )
        {
            defects.Add(
                "Waverless:DataFolder is blank or not a path; expected a path, or null to keep "
                    + "all in memory."
            );
        }

        return defects.Count > 0
            ? ValidateOptionsResult.Fail(defects)
            : ValidateOptionsResult.Success;
    }
}
