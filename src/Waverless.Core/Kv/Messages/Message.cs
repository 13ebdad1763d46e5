using System.Text;
using Waverless.Apps;

namespace Waverless.Kv.Messages;

/// <summary>A message as it was asked for; who sends it is known when it is committed.</summary>
/// <param name="Target">
/// Where it goes; the app is empty where it is the sender's own.
/// </param>
/// <param name="Payload">What it carries; owned.</param>
/// <param name="Options">How it is to be delivered.</param>
internal sealed record Message(
    FunctionAddress Target,
    ReadOnlyMemory<byte> Payload,
    MessageOptions Options
)
{
    /// <summary>Whose idempotency keys it shares; null: those of the sender's app.</summary>
    public string? Principal { get; init; }

    /// <exception cref="ArgumentException">The address, a key or the delay is not legal.</exception>
    public static Message Create(
        string function,
        ReadOnlyMemory<byte> payload,
        MessageOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckKey(options.IdempotencyKey, nameof(options.IdempotencyKey));
        CheckKey(options.OrderingKey, nameof(options.OrderingKey));
        CheckKey(options.PartitionKey, nameof(options.PartitionKey));
        if (options.Delay < TimeSpan.Zero || options.Delay > MessageLimits.DelayMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                $"The delay of a message is {options.Delay}; expected 0 to "
                    + $"{MessageLimits.DelayDaysMax} days."
            );
        }

        if (!Enum.IsDefined(options.Priority))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                $"'{options.Priority}' is no priority; expected High, Normal or Low."
            );
        }

        return new Message(TargetOf(function), payload, options);
    }

    /// <summary>The address with the sender's app where the message names none.</summary>
    public FunctionAddress Resolve(string sender) =>
        Target.App.Length == 0 ? Target with { App = sender } : Target;

    private static FunctionAddress TargetOf(string function)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (FunctionAddress.TryParse(function, out var address))
        {
            return address;
        }

        return NameRules.RefuseFunction(function) is null
            ? new FunctionAddress("", function)
            : throw new ArgumentException(
                $"A message goes to '{function}', which is no function; expected 'app/function', "
                    + "or the name of a function of the same app.",
                nameof(function)
            );
    }

    private static void CheckKey(string? key, string what)
    {
        if (key is null)
        {
            return;
        }

        var bytes = Encoding.UTF8.GetByteCount(key);
        if (bytes is 0 or > MessageLimits.KeyBytesMax)
        {
            throw new ArgumentException(
                $"The {what} of a message has {bytes} bytes; expected 1 to "
                    + $"{MessageLimits.KeyBytesMax}."
            );
        }
    }
}
