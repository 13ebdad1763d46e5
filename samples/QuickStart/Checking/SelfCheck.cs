namespace QuickStart.Checking;

/// <summary>
/// Starts on a free port with a temporary folder and walks through everything that the README
/// promises, over HTTP like any user.
/// </summary>
internal static class SelfCheck
{
    public static async Task<int> RunAsync(QuickStartSettings asked)
    {
        var folder = Directory.CreateTempSubdirectory("waverless-quickstart-").FullName;
        var settings = asked with { Urls = "http://127.0.0.1:0", DataFolder = folder };
        try
        {
            await using var app = QuickStartHost.Build(settings);
            await app.StartAsync();
            Greeting.Print(Console.Out, app.Urls, settings);
            using var client = new CheckClient(new Uri(app.Urls.First()));
            var failed = await RunAllAsync(client, settings);
            await app.StopAsync();
            return failed == 0 ? ExitCodes.Success : ExitCodes.Failure;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> RunAllAsync(CheckClient client, QuickStartSettings settings)
    {
        (string Name, Func<Task> Run)[] steps =
        [
            ("a fresh sandbox answers", () => FunctionSteps.SayHelloAsync(client)),
            ("a posted text is counted", () => WordCountSteps.CountBodyAsync(client)),
            ("an empty text is counted", () => WordCountSteps.CountNothingAsync(client)),
            ("the file is counted", () => WordCountSteps.CountFileAsync(client, settings)),
            ("a function sets itself off", () => FunctionSteps.RunChainAsync(client)),
            ("an app is uploaded", () => UploadSteps.UploadAsync(client)),
            ("a broken upload is refused", () => UploadSteps.UploadBrokenAsync(client)),
            ("a wrong method is refused", () => FunctionSteps.UseWrongMethodAsync(client)),
        ];
        var failed = 0;
        foreach (var (index, step) in steps.Index())
        {
            Console.WriteLine();
            Console.WriteLine($"{index + 1}. {step.Name}");
            failed += await PassesAsync(step.Run) ? 0 : 1;
        }

        Console.WriteLine();
        Console.WriteLine(
            failed == 0 ? $"All {steps.Length} steps passed." : $"{failed} steps failed."
        );
        return failed;
    }

    private static async Task<bool> PassesAsync(Func<Task> step)
    {
        try
        {
            await step();
            Console.WriteLine("   ok");
            return true;
        }
        catch (Exception e)
            when (e is CheckFailedException or HttpRequestException or TaskCanceledException)
        {
            Console.WriteLine($"   FAILED: {e.Message}");
            return false;
        }
    }
}
