using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime.Managed;

namespace Waverless.Runtime;

/// <summary>The key that started an invocation, and its parts.</summary>
public static class FunctionContextKeyExtensions
{
    /// <summary>The key that started the invocation.</summary>
    /// <param name="context">The invocation.</param>
    /// <exception cref="InvocationRefusedException">
    /// <c>BadPayload</c>: something else started it.
    /// </exception>
    public static KvKey GetKey(this FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Key ?? throw NoKey(context, "the key", "KvKey?");
    }

    /// <summary>
    /// What a named placeholder stands for in the key that started the invocation: <c>7</c> for
    /// <c>id</c> of <c>orders_{id}</c> and the key <c>orders_7</c>.
    /// </summary>
    /// <typeparam name="T">What it is read as, by the invariant culture.</typeparam>
    /// <param name="context">The invocation.</param>
    /// <param name="placeholder">The placeholder's name in the trigger's pattern.</param>
    /// <exception cref="InvocationRefusedException">
    /// <c>BadPayload</c>: it cannot be read as that, or no key of such a pattern started it.
    /// </exception>
    public static T GetKeyPart<T>(this FunctionContext context, string placeholder)
        where T : ISpanParsable<T> =>
        context.TryGetKeyPart<T>(placeholder, out var part)
            ? part
            : throw NoKey(context, $"'{placeholder}' of the key", TypeText.Of(typeof(T)) + "?");

    /// <summary>
    /// What a named placeholder stands for in the key that started the invocation, if there is one.
    /// </summary>
    /// <typeparam name="T">What it is read as, by the invariant culture.</typeparam>
    /// <param name="context">The invocation.</param>
    /// <param name="placeholder">The placeholder's name in the trigger's pattern.</param>
    /// <param name="part">What it stands for, when the answer is true.</param>
    /// <returns>False: no key of a pattern with that placeholder started it.</returns>
    /// <exception cref="InvocationRefusedException">
    /// <c>BadPayload</c>: it cannot be read as that.
    /// </exception>
    public static bool TryGetKeyPart<T>(
        this FunctionContext context,
        string placeholder,
        [MaybeNullWhen(false)] out T part
    )
        where T : ISpanParsable<T>
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(placeholder);
        if (!context.Placeholders.TryRead(context, placeholder, out var utf8))
        {
            part = default;
            return false;
        }

        var text = Encoding.UTF8.GetString(utf8);
        return T.TryParse(text, CultureInfo.InvariantCulture, out part)
            ? true
            : throw new InvocationRefusedException(
                InvocationStatus.BadPayload,
                $"'{context.Address}' was started by the key '{context.Key}', whose "
                    + $"'{placeholder}' is '{text}'; expected {TypeText.Of(typeof(T))}."
            );
    }

    private static InvocationRefusedException NoKey(
        FunctionContext context,
        string part,
        string optional
    ) =>
        new(
            InvocationStatus.BadPayload,
            $"'{context.Address}' takes {part} of a key event, but this call is of kind "
                + $"{context.Trigger}; a parameter of type {optional} accepts both."
        );
}
