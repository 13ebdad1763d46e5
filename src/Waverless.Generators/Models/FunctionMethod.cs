namespace Waverless.Generators.Models;

/// <summary>A method that is a function.</summary>
/// <param name="Address">The function's address.</param>
/// <param name="Method">The method's name in code.</param>
/// <param name="IsStatic">Whether it needs no instance.</param>
/// <param name="Arguments">How each of its arguments is found, in order.</param>
/// <param name="Answer">What is made of what it returns.</param>
/// <param name="Settings">The calls that declare what starts and bounds it.</param>
internal sealed record FunctionMethod(
    string Address,
    string Method,
    bool IsStatic,
    EquatableArray<Argument> Arguments,
    Answer Answer,
    EquatableArray<string> Settings
)
{
    /// <summary>Whether something is to be waited for.</summary>
    public bool IsAsync => Answer.IsAwaited || Arguments.Any(argument => argument.IsAwaited);
}
