namespace Waverless.Functions;

/// <summary>
/// Says that a class holds .NET functions of an app: its methods that carry a trigger or
/// <see cref="FunctionAttribute"/>. They are added by the generated <c>AddGeneratedFunctions()</c>
/// or, for one class, <c>Add{Class}()</c>.
/// </summary>
/// <remarks>
/// An instance is made for each invocation, by the invocation's own scope, which fills the
/// constructor and disposes the instance; a static class needs none.
/// </remarks>
/// <param name="app">The app that the functions belong to.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class FunctionsAttribute(string app) : Attribute
{
    /// <summary>The app that the functions belong to.</summary>
    public string App { get; } = app;

    /// <summary>
    /// The <c>JsonSerializerContext</c> that payloads and answers are read and written by. It names
    /// every such type by <c>[JsonSerializable]</c>.
    /// </summary>
    /// <value>Default: null; then payloads and answers are text or bytes.</value>
    public Type? Json { get; set; }
}
