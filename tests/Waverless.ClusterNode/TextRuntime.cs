using Waverless.Apps;
using Waverless.Runtime;

namespace Waverless.ClusterNode;

/// <summary>
/// Runs uploaded apps whose code is a text: <c>tell</c> answers with it; <c>ask</c> answers with
/// its own and what two calls of <c>tell</c> have answered.
/// </summary>
internal sealed class TextRuntime : IFunctionRuntime
{
    public string Name => "text";

    public bool Recognizes(AppPackage package) => package.Artifact == ArtifactKind.Jar;

    public ValueTask<ILoadedApp> LoadAsync(AppVersion version, CancellationToken ct) =>
        new(new TextApp(version.Package.Files["app.jar"], version.App));
}
