using QuickStart;
using QuickStart.Checking;

if (!CommandLine.TryParse(args, out var settings, out var complaint))
{
    Console.Error.WriteLine(complaint);
    Console.Error.WriteLine(CommandLine.Usage);
    return ExitCodes.BadArguments;
}

if (settings.ShowHelp)
{
    Console.WriteLine(CommandLine.Usage);
    return ExitCodes.Success;
}

try
{
    return settings.Check ? await SelfCheck.RunAsync(settings) : await ServeAsync(settings);
}
catch (Exception e) when (StartFailure.Explain(e, settings) is { } reason)
{
    Console.Error.WriteLine($"QuickStart cannot start: {reason}");
    return ExitCodes.Failure;
}

static async Task<int> ServeAsync(QuickStartSettings settings)
{
    await using var app = QuickStartHost.Build(settings);
    await app.StartAsync();
    Greeting.Print(Console.Out, app.Urls, settings);
    await app.WaitForShutdownAsync();
    return ExitCodes.Success;
}
