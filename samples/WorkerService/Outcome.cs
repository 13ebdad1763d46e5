namespace WorkerService;

/// <summary>Whether everything came as expected; becomes the exit code.</summary>
internal sealed class Outcome
{
    private int _met;
    private int _missed;

    /// <summary>False as well if nothing was looked at.</summary>
    public bool Passed => _met > 0 && _missed == 0;

    public void Expect(string what, string came, string expected)
    {
        Console.WriteLine($"   {what}: {came}");
        if (came == expected)
        {
            _met++;
            return;
        }

        _missed++;
        Console.WriteLine($"   FAILED: expected {expected}");
    }
}
