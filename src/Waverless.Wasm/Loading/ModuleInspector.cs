using System.Collections.Immutable;
using Waverless.Apps;
using Waverless.Wasm.Host;
using Waverless.Wasm.Modules;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Loading;

/// <summary>
/// Holds a module against its manifest, at deploy: everything that would make an invocation fail
/// before the guest's own code runs is found here, and named.
/// </summary>
internal sealed class ModuleInspector
{
    internal const string StartExport = "_start";
    internal const string InitializeExport = "_initialize";
    internal const string MemoryExport = "memory";
    internal const string AllocateExport = "allocate";

    private static readonly FunctionSignature Nothing = FunctionSignature.Parse(":");
    private static readonly FunctionSignature Allocate = FunctionSignature.Parse("i:i");
    private static readonly FunctionSignature Payload = FunctionSignature.Parse("ii:");

    private readonly AppManifest _manifest;
    private readonly ModuleShape _shape;
    private readonly List<string> _reasons = [];
    private AppRejectionCode? _code;

    private ModuleInspector(AppManifest manifest, ModuleShape shape)
    {
        _manifest = manifest;
        _shape = shape;
    }

    /// <summary>Finds how to call a module.</summary>
    /// <exception cref="AppRejectedException">It cannot run; every reason is named.</exception>
    internal static ModuleBinding Inspect(AppManifest manifest, ModuleShape shape)
    {
        var inspector = new ModuleInspector(manifest, shape);
        var binding = inspector.Inspect();
        return inspector._code is { } code
            ? throw new AppRejectedException(manifest.Name, code, inspector._reasons)
            : binding;
    }

    private ModuleBinding Inspect()
    {
        foreach (var import in _shape.Imports)
        {
            InspectImport(import);
        }

        var abi = FindAbi();
        var functions =
            abi == GuestAbi.Command
                ? _manifest.Functions.Select(BindCommand)
                : _manifest.Functions.Select(BindFunction);
        ImmutableArray<FunctionBinding> bound = [.. functions.OfType<FunctionBinding>()];
        InspectMemory(mustExport: abi == GuestAbi.Original);
        if (abi == GuestAbi.Original && bound.Any(function => function.TakesPayload))
        {
            Expect(AllocateExport, Allocate, "functions that take a payload need it");
        }

        var initialize = _shape.FindFunction(InitializeExport);
        if (initialize is not null)
        {
            Expect(InitializeExport, Nothing, "reactors are initialized with it");
        }

        return new ModuleBinding(abi, abi == GuestAbi.Original && initialize is not null, bound);
    }

    private void InspectImport(ModuleImport import)
    {
        if (HostFunctions.Find(import.Module, import.Name) is not { } index)
        {
            var what = import.Signature is { } signature
                ? $"the function {import} {signature}"
                : $"the {import.Kind.ToString().ToLowerInvariant()} {import}";
            Reject(
                AppRejectionCode.ImportMissing,
                $"It imports {what}, which nobody provides; provided are {HostFunctions.Provided}."
            );
            return;
        }

        var provided = HostFunctions.All[index];
        if (!provided.Signature.Equals(import.Signature))
        {
            Reject(
                AppRejectionCode.ImportMissing,
                $"It imports {import} as {import.Signature?.ToString() ?? import.Kind.ToString()}; "
                    + $"provided is the function {provided.Signature}."
            );
        }
    }

    /// <summary>
    /// A command is a module with <c>_start</c> that exports none of the functions.
    /// </summary>
    private GuestAbi FindAbi() =>
        _shape.FindFunction(StartExport) is not null
        && _manifest.Functions.All(function => _shape.FindFunction(function.Name) is null)
            ? GuestAbi.Command
            : GuestAbi.Original;

    private FunctionBinding? BindCommand(FunctionManifest function)
    {
        Expect(StartExport, Nothing, "it is a command's entry");
        return new FunctionBinding(StartExport, false, 0, function.Limits.Memory);
    }

    private FunctionBinding? BindFunction(FunctionManifest function)
    {
        if (_shape.FindFunction(function.Name)?.Signature is not { } signature)
        {
            var found = string.Join(", ", ExportedFunctions());
            Reject(
                AppRejectionCode.ExportMissing,
                $"It does not export a function '{function.Name}', which the manifest declares; "
                    + $"exported are: {(found.Length == 0 ? "none" : found)}."
            );
            return null;
        }

        var takesPayload = signature.Parameters.AsSpan().SequenceEqual(Payload.Parameters.AsSpan());
        if (!takesPayload && !signature.Parameters.IsEmpty)
        {
            Reject(
                AppRejectionCode.ArtifactInvalid,
                $"Its function '{function.Name}' is {signature}; expected no parameters, or "
                    + $"{Payload} for the payload's address and length."
            );
        }

        if (signature.Results.Length > FunctionBinding.ResultsMax)
        {
            Reject(
                AppRejectionCode.ArtifactInvalid,
                $"Its function '{function.Name}' returns {signature.Results.Length} values; at "
                    + $"most {FunctionBinding.ResultsMax} are allowed."
            );
        }

        return new FunctionBinding(
            function.Name,
            takesPayload,
            signature.Results.Length,
            function.Limits.Memory
        );
    }

    private IEnumerable<string> ExportedFunctions() =>
        _shape
            .Exports.Where(export => export.Kind == ExternTypeKind.Function)
            .Select(export => export.Name)
            .Take(32);

    private void InspectMemory(bool mustExport)
    {
        if (_shape.FindMemory(MemoryExport) is not { } memory)
        {
            if (mustExport || _shape.Imports.Length > 0)
            {
                Reject(
                    AppRejectionCode.ExportMissing,
                    $"It does not export a memory named '{MemoryExport}', through which payloads "
                        + "and results pass."
                );
            }

            return;
        }

        foreach (var function in _manifest.Functions)
        {
            if (memory.MemoryBytes > (ulong)function.Limits.Memory)
            {
                Reject(
                    AppRejectionCode.LimitExceeded,
                    $"Its memory starts with {memory.MemoryBytes} bytes; the function "
                        + $"'{function.Name}' may have {function.Limits.Memory} (limits: memory)."
                );
            }
        }
    }

    private void Expect(string name, FunctionSignature expected, string why)
    {
        var found = _shape.FindFunction(name)?.Signature;
        if (found is null)
        {
            Reject(
                AppRejectionCode.ExportMissing,
                $"It does not export the function '{name}' {expected}; {why}."
            );
        }
        else if (!found.Equals(expected))
        {
            Reject(
                AppRejectionCode.ArtifactInvalid,
                $"Its function '{name}' is {found}; expected {expected}."
            );
        }
    }

    private void Reject(AppRejectionCode code, string reason)
    {
        _code ??= code;
        if (!_reasons.Contains(reason))
        {
            _reasons.Add(reason);
        }
    }
}
