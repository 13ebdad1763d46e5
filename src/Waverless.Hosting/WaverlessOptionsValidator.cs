using Microsoft.Extensions.Options;

namespace Waverless.Hosting;

/// <summary>Checks every option at start; the messages name the key.</summary>
[OptionsValidator]
internal sealed partial class WaverlessOptionsValidator : IValidateOptions<WaverlessOptions>;

/// <summary>What attributes cannot say.</summary>
internal sealed class WaverlessOptionsRules : IValidateOptions<WaverlessOptions>
{
    private static readonly TimeSpan DrainTimeoutMax = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, WaverlessOptions options)
    {
        if (options.DrainTimeout < TimeSpan.Zero || options.DrainTimeout > DrainTimeoutMax)
        {
            return ValidateOptionsResult.Fail(
                $"Waverless:DrainTimeout is {options.DrainTimeout}; expected 0 s to 1 h."
            );
        }

        return options.DataFolder is { } folder && string.IsNullOrWhiteSpace(folder)
            ? ValidateOptionsResult.Fail(
                "Waverless:DataFolder is blank; expected a path, or null to keep all in memory."
            )
            : ValidateOptionsResult.Success;
    }
}
