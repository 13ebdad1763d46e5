using Waverless.Maintenance;

namespace Waverless.Storage.Integrity;

/// <summary>Collects what is wrong; tells the first ones and counts the rest.</summary>
internal sealed class DefectList
{
    private readonly List<string> _told = [];

    /// <summary>How many there are.</summary>
    public long Count { get; private set; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<string> Told => _told;

    /// <summary>Adds one.</summary>
    public void Add(string defect)
    {
        Count++;
        if (_told.Count < IntegrityReport.DefectsMax)
        {
            _told.Add(defect);
        }
    }
}
