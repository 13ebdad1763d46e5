using System.Text;

namespace Waverless.Generators.Writing;

/// <summary>Source text with indentation; lines end in a line feed on every system.</summary>
internal sealed class CodeText
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public CodeText Line(string line = "")
    {
        if (line.Length > 0)
        {
            _text.Append(' ', _depth * 4).Append(line);
        }

        _text.Append('\n');
        return this;
    }

    public CodeText Open(string line)
    {
        Line(line).Line("{");
        _depth++;
        return this;
    }

    public CodeText Close(string after = "")
    {
        _depth--;
        return Line("}" + after);
    }

    public CodeText Indent(int steps)
    {
        _depth += steps;
        return this;
    }

    public override string ToString() => _text.ToString();
}
