using System.Text;
using Waverless.Kv;

namespace Waverless.Timers;

/// <summary>
/// Keys of timers in the system area: under <c>timer/</c> what a timer is and when it is due next,
/// and under <c>alarm/</c> nothing but the deadline that wakes the node at that moment. Then
/// follow <c>d/</c> (declared by a manifest) or <c>c/</c> (set by code), and the name.
/// </summary>
internal static class TimerKeys
{
    /// <summary>Says that a partition has timers that wait for their function to be deployed.</summary>
    public static readonly byte[] Resting = "timers-resting"u8.ToArray();

    private static readonly byte[] Timer = "timer"u8.ToArray();
    private static readonly byte[] Alarm = "alarm"u8.ToArray();

    /// <summary>Where timers of either kind begin.</summary>
    public static ReadOnlySpan<byte> All => "timer/"u8;

    /// <summary>The key of a timer.</summary>
    public static byte[] TimerOf(string name, bool isDeclared) =>
        [.. isDeclared ? "timer/d/"u8 : "timer/c/"u8, .. Encoding.UTF8.GetBytes(name)];

    /// <summary>The key of the alarm of a timer.</summary>
    public static byte[] AlarmOf(ReadOnlySpan<byte> timer) => [.. Alarm, .. timer[Timer.Length..]];

    /// <summary>The key of the timer of an alarm.</summary>
    public static byte[] TimerOfAlarm(ReadOnlySpan<byte> alarm) =>
        [.. Timer, .. alarm[Alarm.Length..]];

    /// <summary>Whether an expiring key is an alarm.</summary>
    public static bool IsAlarm(in ExpiringKey key) =>
        key.Area == KeyArea.System && key.Key.Span.StartsWith("alarm/"u8);

    /// <summary>Whether a key of the system area is that of a timer.</summary>
    public static bool IsTimer(ReadOnlySpan<byte> key) => key.StartsWith(All);

    /// <summary>Whether a manifest declares the timer of that key.</summary>
    public static bool IsDeclared(ReadOnlySpan<byte> timer) => timer.StartsWith("timer/d/"u8);

    /// <summary>The name in a timer's key.</summary>
    public static string NameOf(ReadOnlySpan<byte> timer) =>
        Encoding.UTF8.GetString(timer["timer/d/"u8.Length..]);

    /// <summary>Throws for a name that no timer can have.</summary>
    /// <exception cref="ArgumentException">Empty or too long.</exception>
    public static void CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var bytes = Encoding.UTF8.GetByteCount(name);
        if (bytes is 0 or > TimerLimits.NameBytesMax)
        {
            throw new ArgumentException(
                $"The name of the timer has {bytes} bytes as UTF-8; expected 1 to "
                    + $"{TimerLimits.NameBytesMax}.",
                nameof(name)
            );
        }
    }
}
