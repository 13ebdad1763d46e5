using System.Text;
using Waverless.Apps;

namespace Waverless.Timers;

/// <summary>
/// A timer that code sets: <see cref="Kv.KvBatch.SetTimer"/>, <see cref="ITimers"/>. Immutable.
/// </summary>
public sealed record NamedTimer
{
    /// <summary>A timer without payload.</summary>
    /// <param name="name">
    /// Identity of the timer in its partition, 1 to 256 bytes as UTF-8; a timer of that name is
    /// replaced.
    /// </param>
    /// <param name="function">The function of the same app that runs.</param>
    /// <param name="when">When it runs.</param>
    /// <exception cref="ArgumentException">The name or the function's name is not legal.</exception>
    public NamedTimer(string name, string function, FunctionTimer when)
    {
        TimerKeys.CheckName(name);
        ArgumentNullException.ThrowIfNull(when);
        ArgumentNullException.ThrowIfNull(function);
        if (NameRules.RefuseFunction(function) is not null)
        {
            throw new ArgumentException(
                $"'{function}' is not the name of a function; expected {NameRules.Expected}.",
                nameof(function)
            );
        }

        Name = name;
        Function = function;
        When = when;
    }

    /// <summary>Identity of the timer in its partition.</summary>
    public string Name { get; }

    /// <summary>The function of the same app that runs.</summary>
    public string Function { get; }

    /// <summary>When it runs.</summary>
    public FunctionTimer When { get; }

    /// <summary>What goes into the function, at most 16 KiB; not to be changed afterwards.</summary>
    /// <value>Default: empty.</value>
    /// <exception cref="ArgumentException">More than 16 KiB.</exception>
    public ReadOnlyMemory<byte> Payload
    {
        get;
        init =>
            field =
                value.Length <= TimerLimits.PayloadBytesMax
                    ? value
                    : throw new ArgumentException(
                        $"The payload of the timer '{Name}' has {value.Length} bytes; expected at "
                            + $"most {TimerLimits.PayloadBytesMax}."
                    );
    }

    /// <summary>The same timer with a text as its payload.</summary>
    /// <param name="payload">At most 16 KiB as UTF-8.</param>
    /// <exception cref="ArgumentException">More than 16 KiB.</exception>
    public NamedTimer WithText(string payload) =>
        this with
        {
            Payload = Encoding.UTF8.GetBytes(payload),
        };
}
