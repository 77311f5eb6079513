/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads one YAML file into {@link Yaml}. Whatever stands in the file, the answer is a value or a
 * problem with its place; the parser's own messages are reworded, because they may quote the file.
 */
final class YamlReader {

  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 30;
  private static final int MAX_ALIASES = 50;
  private static final int MAX_VALUES = 50_000;

  private static final Map<Tag, Yaml.Kind> KINDS =
      Map.of(
          Tag.NULL, Yaml.Kind.NOTHING,
          Tag.BOOL, Yaml.Kind.FLAG,
          Tag.INT, Yaml.Kind.WHOLE,
          Tag.FLOAT, Yaml.Kind.DECIMAL,
          Tag.STR, Yaml.Kind.TEXT);

  /** The parser's reasons that deserve better words, and the words. */
  private static final List<Map.Entry<String, String>> REASONS =
      List.of(
          Map.entry("TAB", "a tab cannot stand here; indent with spaces"),
          Map.entry("undefined alias", "a text that starts with * needs quotes"),
          Map.entry("undefined tag", "a text that starts with ! needs quotes"),
          Map.entry("start any token", "a text that starts with this character needs quotes"),
          Map.entry("expected ':'", "a key needs a colon and a value"),
          Map.entry("values are not allowed", "a colon too many; quote the text that holds it"),
          Map.entry("another document", "a file holds one document; remove the ---"),
          Map.entry("<block end>", "the indentation does not fit the lines above"),
          Map.entry("expected ','", "a comma or closing bracket is missing"),
          Map.entry("escape", "a backslash in double quotes needs a second one"),
          Map.entry("end of stream", "a quote or bracket is never closed"));

  private final SpecMarks marks;
  private final SpecProblems problems;
  private int values;

  private YamlReader(SpecMarks marks, SpecProblems problems) {
    this.marks = marks;
    this.problems = problems;
  }

  /** The file's content, or empty if a problem was added instead. */
  static Optional<Yaml> read(Path file, SpecMarks marks, SpecProblems problems) {
    YamlReader reader = new YamlReader(marks, problems);
    try {
      if (Files.size(file) > MAX_BYTES) {
        return reader.fail(new Yaml.Place(1, 1), "is larger than 1 MB");
      }
      return reader.decode(Files.readAllBytes(file)).flatMap(reader::parse);
    } catch (NoSuchFileException e) {
      problems.add(new SpecProblem(marks.file(), 0, 0, "", "there is no such file", null));
      return Optional.empty();
    } catch (IOException e) {
      String reason = "cannot be read (" + e.getClass().getSimpleName() + ")";
      problems.add(new SpecProblem(marks.file(), 0, 0, "", reason, null));
      return Optional.empty();
    }
  }

  /** The value that {@code text} stands for; for defaults, which are known to be right. */
  static Yaml read(String text) {
    SpecProblems problems = new SpecProblems();
    Optional<Yaml> yaml = new YamlReader(new SpecMarks("default"), problems).parse(text);
    return yaml.orElseThrow(() -> new IllegalArgumentException("not a default: " + text));
  }

  private Optional<String> decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      return fail(placeAfter(text, text.length()), "is not UTF-8 text; save the file as UTF-8");
    }
    return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
  }

  private Optional<Yaml> parse(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setUseMarks(true)
            .setCodePointLimit(MAX_BYTES)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .build();
    try {
      if (!isBounded(settings, text)) {
        return Optional.empty();
      }
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isEmpty()) {
        return fail(new Yaml.Place(1, 1), "the file is empty; write it, or remove it");
      }
      Yaml yaml = convert("", root.get());
      marks.put("", yaml.place(), yaml.place());
      return Optional.of(yaml);
    } catch (MarkedYamlEngineException e) {
      return fail(place(e.getProblemMark().or(e::getContextMark)), reason(e.getProblem()));
    } catch (ReaderException e) {
      int index = Math.min(text.length(), text.offsetByCodePoints(0, Math.max(0, e.getPosition())));
      return fail(placeAfter(text, index), "a control character cannot stand in YAML; remove it");
    } catch (YamlEngineException e) {
      return fail(new Yaml.Place(1, 1), "is not YAML");
    }
  }

  /** Composing recurses and aliases multiply: both are bounded before it begins. */
  private boolean isBounded(LoadSettings settings, String text) {
    int depth = 0;
    int aliases = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      depth += event instanceof CollectionStartEvent ? 1 : 0;
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
      aliases += event instanceof AliasEvent ? 1 : 0;
      if (depth > MAX_DEPTH || aliases > MAX_ALIASES) {
        String message =
            depth > MAX_DEPTH
                ? "is nested more than " + MAX_DEPTH + " levels deep"
                : "holds more than " + MAX_ALIASES + " aliases";
        fail(place(event.getStartMark()), message);
        return false;
      }
    }
    return true;
  }

  private Yaml convert(String path, Node node) {
    Yaml.Place place = place(node.getStartMark());
    if (node.isRecursive()) {
      fail(place, "an alias cannot hold itself");
      return new Yaml.Broken(place);
    }
    if (++values > MAX_VALUES) {
      if (values == MAX_VALUES + 1) {
        fail(place, "holds more than " + MAX_VALUES + " values once its aliases are filled in");
      }
      return new Yaml.Broken(place);
    }
    if (node instanceof ScalarNode scalar) {
      Yaml.Kind kind = KINDS.get(scalar.getTag());
      if (kind == null) {
        problems.add(at(place, path, "a tag (!) means nothing here; quote a text that starts so"));
        return new Yaml.Broken(place);
      }
      return new Yaml.Single(kind, scalar.getValue(), place);
    }
    if (node instanceof SequenceNode sequence) {
      List<Yaml> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        items.add(convert(path + "[" + items.size() + "]", item));
      }
      return new Yaml.Items(items, place);
    }
    return convert(path, (MappingNode) node, place);
  }

  private Yaml convert(String path, MappingNode mapping, Yaml.Place place) {
    Map<String, Yaml.Field> fields = new HashMap<>();
    List<Yaml.Field> inOrder = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Yaml.Place keyPlace = place(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(at(keyPlace, path, "a key is a single word, not a list or mapping"));
        return new Yaml.Broken(place);
      }
      String name = key.getValue();
      String inner = path.isEmpty() ? name : path + "." + name;
      Yaml.Field first = fields.get(name);
      if (first != null) {
        String message =
            "duplicate key; it already stands in line " + first.place().line() + "; keep one";
        problems.add(at(keyPlace, inner, message));
        continue;
      }
      Yaml.Field field = new Yaml.Field(name, keyPlace, convert(inner, tuple.getValueNode()));
      fields.put(name, field);
      inOrder.add(field);
    }
    return new Yaml.Fields(inOrder, place);
  }

  private static String reason(String problem) {
    return REASONS.stream()
        .filter(reason -> problem.contains(reason.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("is not YAML: " + problem.replaceFirst("(?s)[,;]? *(but )?(found|got).*", ""));
  }

  private <T> Optional<T> fail(Yaml.Place place, String message) {
    problems.add(at(place, "", message));
    return Optional.empty();
  }

  private SpecProblem at(Yaml.Place place, String path, String message) {
    return new SpecProblem(marks.file(), place.line(), place.column(), path, message, null);
  }

  private static Yaml.Place place(Optional<Mark> mark) {
    return mark.map(m -> new Yaml.Place(m.getLine() + 1, m.getColumn() + 1))
        .orElse(new Yaml.Place(1, 1));
  }

  private static Yaml.Place placeAfter(String text, int length) {
    String before = text.substring(0, length);
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    return new Yaml.Place(line, 1 + length - (before.lastIndexOf('\n') + 1));
  }
}
