using Waverless.Storage;

/// <summary>
/// What the runtime calls before the test runner, if the parent set <c>DOTNET_STARTUP_HOOKS</c>.
/// It looks for this name, without a namespace.
/// </summary>
internal static class StartupHook
{
    public static void Initialize() => ChildProcess.TakeRole();
}
