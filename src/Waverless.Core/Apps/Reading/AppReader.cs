using System.Collections.Immutable;

namespace Waverless.Apps.Reading;

/// <summary>Reads one app.</summary>
internal sealed class AppReader
{
    private const string FunctionsExpected = "a mapping of function names";

    private readonly ManifestContext _context;

    private AppReader(ManifestContext context) => _context = context;

    /// <summary>Reads an app: its functions, or <c>fns</c> beside settings.</summary>
    public static AppManifest Read(string name, YamlNode place, YamlNode body, ErrorList errors)
    {
        if (NameRules.RefuseApp(name) is { } why)
        {
            var shown = YamlScalar.Shorten(name);
            errors.Add(place, $"The app name '{shown}' {why}", NameRules.Expected);
        }

        var reader = new AppReader(new ManifestContext(name, errors));
        return body is YamlMapping mapping && mapping.Find("fns") is { } functions
            ? reader.ReadWithSettings(mapping, functions)
            : reader.Finish(reader.ReadFunctions(body, place, Seed), body);
    }

    private AppManifest ReadWithSettings(YamlMapping mapping, YamlEntry functions)
    {
        var errors = _context.Errors;
        var fields = Fields.Of(mapping, ManifestKeys.App, $"The app '{_context.App}'", errors);
        var seed = SettingsReader.Apply(_context, fields, Seed);
        var manifest = Finish(ReadFunctions(functions.Value, functions.Key, seed), functions.Value);
        var partitions = _context.Scalars.Integer(
            fields["partition"],
            1,
            AppManifest.PartitionsMax
        );
        var named = _context.Scalars.Text(fields["default"], "the name of a function");
        if (named is not null && manifest.Find(named) is null)
        {
            MissingFunction((YamlScalar)fields["default"]!.Value, manifest);
        }

        return manifest with
        {
            DefaultFunction = named ?? manifest.DefaultFunction,
            Shares = SharesReader.Read(_context, fields["shares"]),
            Limits = seed.Limits,
            Partitions = partitions ?? 1,
            Quota = QuotaReader.Read(_context, fields["quota"]),
            Scheduler = SchedulerReader.Read(_context, fields["scheduler"]),
        };
    }

    private ImmutableArray<FunctionManifest> ReadFunctions(
        YamlNode node,
        YamlNode place,
        FunctionManifest seed
    )
    {
        if (node is not YamlMapping { Entries.IsEmpty: false } mapping)
        {
            var at = node is YamlScalar { IsNull: true } ? place : node;
            var message = $"The app '{YamlScalar.Shorten(_context.App)}' has no functions";
            _context.Errors.Add(at, message, FunctionsExpected);
            return [];
        }

        if (mapping.Entries.Length > AppManifest.FunctionsMax)
        {
            var count = mapping.Entries.Length;
            var most = AppManifest.FunctionsMax;
            _context.Errors.Add(mapping, $"The app has {count} functions", $"at most {most}");
            return [];
        }

        var reader = new FunctionReader(_context, seed);
        return [.. mapping.Entries.Select(reader.Read)];
    }

    private AppManifest Finish(ImmutableArray<FunctionManifest> functions, YamlNode body)
    {
        var manifest = new AppManifest
        {
            Name = _context.App,
            Functions = functions,
            DefaultFunction = FindDefault(body),
        };
        foreach (var (name, user) in _context.Conditions)
        {
            if (manifest.Find(name.Value) is null)
            {
                MissingFunction(name, manifest);
            }
            else if (name.Value == user)
            {
                _context.Errors.Add(name, "A function cannot be its own condition");
            }
        }

        SendsReader.Check(_context, manifest);
        PartitionRules.Check(manifest, _context.Errors);
        return manifest;
    }

    private string? FindDefault(YamlNode body)
    {
        string? found = null;
        foreach (var function in (body as YamlMapping)?.Entries ?? [])
        {
            if (FirstFormReader.FindDefault(function.Value) is not { } entry)
            {
                continue;
            }

            if (found is not null)
            {
                _context.Errors.Add(entry.Key, $"'{found}' is the app's function already");
            }

            found ??= function.Name;
        }

        return found;
    }

    private void MissingFunction(YamlScalar name, AppManifest manifest)
    {
        var guess = Suggestion.For(name.Value, manifest.Functions.Select(f => f.Name));
        var expected =
            "a function of this app" + (guess is null ? "" : $"; did you mean '{guess}'?");
        _context.Errors.Add(name, $"The app has no function {name.Kind}", expected);
    }

    private static FunctionManifest Seed { get; } = new() { Name = "" };
}
