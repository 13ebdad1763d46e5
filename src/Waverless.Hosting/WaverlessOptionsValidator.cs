using System.Globalization;
using Microsoft.Extensions.Options;

namespace Waverless.Hosting;

/// <summary>
/// Checks every option at start; a message names the key, the value and what was expected.
/// </summary>
/// <remarks>
/// Written by hand: the generated validator names the property of a class, not the key that a
/// person can change, and leaves messages of attributes out.
/// </remarks>
internal sealed class WaverlessOptionsValidator : IValidateOptions<WaverlessOptions>
{
    private const long DeferredMax = 1_000_000_000;
    private static readonly TimeSpan DrainTimeoutMax = TimeSpan.FromHours(1);
    private static readonly TimeSpan RetentionMin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetentionMax = TimeSpan.FromDays(3_650);

    private static readonly TimeSpan KeyRetentionMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeyRetentionMax = TimeSpan.FromDays(366);

    public ValidateOptionsResult Validate(string? name, WaverlessOptions options)
    {
        var defects = new List<string>();
        Check(defects, nameof(options.AttemptsMax), options.AttemptsMax, 100);
        Check(defects, nameof(options.GuestThreadsMax), options.GuestThreadsMax, 4_096);
        Check(defects, nameof(options.WasmInstancesMax), options.WasmInstancesMax, 10_000);
        if (options.JoinPort is { } port)
        {
            Check(defects, nameof(options.JoinPort), port, 65_535);
        }

        if (options.BacklogMax < 1)
        {
            Add(defects, nameof(options.BacklogMax), options.BacklogMax, "1 or more");
        }

        CheckDeferred(defects, nameof(options.TimersMax), options.TimersMax);
        CheckDeferred(defects, nameof(options.DelayedMessagesMax), options.DelayedMessagesMax);
        CheckQuota(defects, nameof(options.AppBytesMax), options.AppBytesMax);
        CheckQuota(defects, nameof(options.AppKeysMax), options.AppKeysMax);
        if (options.DrainTimeout < TimeSpan.Zero || options.DrainTimeout > DrainTimeoutMax)
        {
            const string Range = "00:00:00 to 01:00:00";
            Add(defects, nameof(options.DrainTimeout), options.DrainTimeout, Range);
        }

        if (
            options.DeadLetterRetention < RetentionMin
            || options.DeadLetterRetention > RetentionMax
        )
        {
            const string Range = "00:01:00 to 3650.00:00:00";
            Add(defects, nameof(options.DeadLetterRetention), options.DeadLetterRetention, Range);
        }

        var retention = options.IdempotencyRetention;
        if (retention < KeyRetentionMin || retention > KeyRetentionMax)
        {
            const string Range = "00:00:01 to 366.00:00:00";
            Add(defects, nameof(options.IdempotencyRetention), retention, Range);
        }

        if (!Enum.IsDefined(options.Durability))
        {
            Add(defects, nameof(options.Durability), options.Durability, "Process or Disk");
        }

        if (options.DataFolder is { } folder && !IsPath(folder))
        {
            const string Path = "a path, or null to keep everything in memory";
            Add(defects, nameof(options.DataFolder), $"'{folder.Replace('\0', '?')}'", Path);
        }

        return defects.Count > 0
            ? ValidateOptionsResult.Fail(defects)
            : ValidateOptionsResult.Success;
    }

    private static bool IsPath(string folder) =>
        !string.IsNullOrWhiteSpace(folder) && !folder.Contains('\0', StringComparison.Ordinal);

    private static void CheckDeferred(List<string> defects, string key, long value)
    {
        if (value is < 1 or > DeferredMax)
        {
            Add(defects, key, value, "1 to 1000000000");
        }
    }

    private static void CheckQuota(List<string> defects, string key, long? value)
    {
        if (value < 0)
        {
            Add(defects, key, value.Value, "0 or more, or null for no bound");
        }
    }

    private static void Check(List<string> defects, string key, int value, int max)
    {
        if (value < 1 || value > max)
        {
            Add(defects, key, value, string.Create(CultureInfo.InvariantCulture, $"1 to {max}"));
        }
    }

    private static void Add(List<string> defects, string key, object value, string expected) =>
        defects.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{WaverlessOptions.Section}:{key} is {value}; expected {expected}."
            )
        );
}
