namespace Waverless.Apps;

/// <summary>What an app's code is.</summary>
public enum ArtifactKind
{
    /// <summary>The package holds no code: the functions are .NET delegates of the host.</summary>
    None,

    /// <summary><c>app.wasm</c>.</summary>
    Wasm,

    /// <summary><c>app.jar</c>.</summary>
    Jar,

    /// <summary><c>app</c>, an executable file.</summary>
    Executable,
}
