using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Waverless.Apps.Reading;

/// <summary>
/// Builds a tree of one YAML document from parser events: anchors, aliases, tags, duplicate and
/// non-scalar keys and further documents are refused; depth and size are bounded.
/// </summary>
internal sealed class YamlTreeReader
{
    /// <summary>How deep mappings and lists may nest; no manifest needs more than 8.</summary>
    public const int DepthMax = 16;

    /// <summary>The longest key or value, in characters.</summary>
    public const int ScalarLengthMax = 8_192;

    private readonly Parser _parser;
    private readonly ErrorList _errors;
    private int _depth;

    private YamlTreeReader(string text, ErrorList errors)
    {
        _parser = new Parser(new StringReader(text));
        _errors = errors;
    }

    /// <summary>Reads a document; null when it has defects, which are added to the list.</summary>
    public static YamlNode? Read(string text, ErrorList errors)
    {
        var reader = new YamlTreeReader(text, errors);
        try
        {
            return reader.ReadStream();
        }
        catch (YamlException fault)
        {
            errors.Add(
                (int)fault.Start.Line,
                (int)fault.Start.Column,
                "The file is not valid YAML: " + fault.Message.TrimEnd('.')
            );
        }
        catch (RefusedYamlException refused)
        {
            errors.Add(refused.Line, refused.Column, refused.Message, refused.Expected);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // A manifest comes from outside, and what the parser throws on odd text is its own
            // affair: whatever it is, the user is told where the file could not be read.
            var at = reader.SafeMark();
            errors.Add(at.Line, at.Column, "The file is not valid YAML: " + fault.Message);
        }

        return null;
    }

    private (int Line, int Column) SafeMark() =>
        _parser.Current is { } current
            ? ((int)current.Start.Line, (int)current.Start.Column)
            : (1, 1);

    private YamlNode? ReadStream()
    {
        Next<StreamStart>();
        if (Next() is StreamEnd)
        {
            _errors.Add(1, 1, "The file is empty", "an app with functions");
            return null;
        }

        Next();
        var root = ReadNode();
        Next<DocumentEnd>();
        if (Next() is not StreamEnd)
        {
            throw Refuse("The file holds a second document", "one document");
        }

        return root;
    }

    private YamlNode ReadNode()
    {
        var current = _parser.Current;
        if (current is AnchorAlias)
        {
            throw Refuse("Aliases are not allowed in a manifest", "the value itself");
        }

        if (current is NodeEvent { Anchor.IsEmpty: false })
        {
            throw Refuse("Anchors are not allowed in a manifest", "a value without '&'");
        }

        if (current is NodeEvent { Tag.IsEmpty: false })
        {
            throw Refuse("Tags are not allowed in a manifest", "a value without '!'");
        }

        return current switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadSequence(),
            MappingStart => ReadMapping(),
            _ => throw Refuse("This is not a value", "a value, a list or a mapping"),
        };
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        if (scalar.Value.Length > ScalarLengthMax)
        {
            throw Refuse(
                $"A text of {scalar.Value.Length} characters is too long",
                $"at most {ScalarLengthMax}"
            );
        }

        var (line, column) = SafeMark();
        return new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, line, column);
    }

    private YamlSequence ReadSequence()
    {
        var (line, column) = SafeMark();
        Deepen();
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (Next() is not SequenceEnd)
        {
            items.Add(ReadNode());
        }

        _depth--;
        return new YamlSequence(items.ToImmutable(), line, column);
    }

    private YamlMapping ReadMapping()
    {
        var (line, column) = SafeMark();
        Deepen();
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        var first = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        while (Next() is not MappingEnd)
        {
            if (ReadNode() is not YamlScalar key)
            {
                throw new RefusedYamlException(
                    "A key is a list or a mapping",
                    "a word; a key that begins with '{' needs quotes",
                    line,
                    column
                );
            }

            Next();
            var value = ReadNode();
            if (first.TryAdd(key.Value, key))
            {
                entries.Add(new YamlEntry(key, value));
            }
            else
            {
                var earlier = first[key.Value].Line;
                _errors.Add(key, $"The key {key.Kind} is already there, in line {earlier}");
            }
        }

        _depth--;
        return new YamlMapping(entries.ToImmutable(), line, column);
    }

    private void Deepen()
    {
        if (++_depth > DepthMax)
        {
            throw Refuse("The nesting is too deep", $"at most {DepthMax} levels");
        }
    }

    private ParsingEvent Next() =>
        _parser.MoveNext() ? _parser.Current! : throw Refuse("The file ends too early", null);

    private void Next<T>()
        where T : ParsingEvent
    {
        if (Next() is not T)
        {
            throw Refuse("The file ends in the middle of a value", null);
        }
    }

    private RefusedYamlException Refuse(string message, string? expected)
    {
        var (line, column) = SafeMark();
        return new RefusedYamlException(message, expected, line, column);
    }
}
