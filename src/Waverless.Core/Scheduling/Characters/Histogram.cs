namespace Waverless.Scheduling.Characters;

/// <summary>
/// How often values were seen, by <see cref="LogBuckets"/>; what is old counts less. Merging adds.
/// Not thread-safe.
/// </summary>
internal sealed class Histogram
{
    private readonly float[] _counts = new float[LogBuckets.Count];

    /// <summary>How many values there are, the old ones counted less.</summary>
    public float Total { get; private set; }

    /// <summary>The mean; 0 without values.</summary>
    public float Mean
    {
        get
        {
            var sum = 0.0;
            for (var i = 0; i < _counts.Length; i++)
            {
                sum += _counts[i] * LogBuckets.Middle(i);
            }

            return Total > 0 ? (float)(sum / Total) : 0;
        }
    }

    public void Add(int bucket, float count)
    {
        _counts[bucket] += count;
        Total += count;
    }

    /// <summary>The value that a share of the values does not exceed; 0 without values.</summary>
    public float Quantile(double share)
    {
        var rank = share * Total;
        var seen = 0.0;
        var last = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0)
            {
                last = i;
                seen += _counts[i];
                if (seen >= rank)
                {
                    break;
                }
            }
        }

        return LogBuckets.Middle(last);
    }

    /// <summary>Lets everything count less; what is next to nothing goes.</summary>
    public void Fade(float factor)
    {
        const float Least = 1e-3f;
        Total = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            var faded = _counts[i] * factor;
            _counts[i] = faded < Least ? 0 : faded;
            Total += _counts[i];
        }
    }
}
