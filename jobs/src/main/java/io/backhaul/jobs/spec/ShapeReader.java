/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks a YAML value against a {@link Shape} and gives its canonical form: defaults filled in,
 * durations in milliseconds, sizes in bytes, secrets resolved. Every problem goes to {@code
 * problems}; what is wrong is left out of the canonical form. No message quotes a value.
 */
final class ShapeReader {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final SpecMarks marks;
  private final Secrets secrets;
  private final SpecProblems problems;
  private final Set<String> named;
  private final List<String> missing;

  ShapeReader(SpecMarks marks, Secrets secrets, SpecProblems problems) {
    this(marks, secrets, problems, new HashSet<>(), new ArrayList<>());
  }

  private ShapeReader(
      SpecMarks marks,
      Secrets secrets,
      SpecProblems problems,
      Set<String> named,
      List<String> missing) {
    this.marks = marks;
    this.secrets = secrets;
    this.problems = problems;
    this.named = named;
    this.missing = missing;
  }

  /** Why {@link Secrets#optional} secrets were left out, each with its key. */
  List<String> missing() {
    return List.copyOf(missing);
  }

  /** Every value that a reference of the file named. */
  Set<String> named() {
    return Set.copyOf(named);
  }

  /** The file's canonical form, as far as it is right. */
  ObjectNode read(Yaml root, Shape shape) {
    JsonNode node = read("", shape, root);
    return node instanceof ObjectNode object ? object : JSON.objectNode();
  }

  /** The canonical form, or {@code null} if the value is wrong as a whole. */
  private JsonNode read(String path, Shape shape, Yaml yaml) {
    if (yaml instanceof Yaml.Broken) {
      return null;
    }
    if (shape instanceof Shape.AnyOf any) {
      return anyOf(path, any, yaml);
    }
    if (shape instanceof Shape.ListOf list) {
      return list(path, list, yaml);
    }
    if (yaml instanceof Yaml.Single single) {
      return single(path, shape, single);
    }
    if (yaml instanceof Yaml.Fields fields) {
      if (shape instanceof Shape.MapOf map) {
        return map(path, map, fields);
      }
      if (shape instanceof Shape.Obj obj) {
        return object(path, obj.keys(), Set.of(), fields);
      }
      if (shape instanceof Shape.Variants variants) {
        return variants(path, variants, fields);
      }
    }
    return wrong(path, shape, yaml);
  }

  private JsonNode single(String path, Shape shape, Yaml.Single single) {
    if (single.kind() == Yaml.Kind.NOTHING && !(shape instanceof Shape.Scalar)) {
      return noValue(path, shape);
    }
    if (shape instanceof Shape.Secret) {
      return secret(path, single.text());
    }
    if (shape instanceof Shape.Text || shape instanceof Shape.Url) {
      return text(path, shape, single.text());
    }
    if (Secrets.holdsReference(single.text())) {
      problems.add(marks.problem(path, "a ${…} reference cannot stand here"));
      return null;
    }
    Optional<JsonNode> value = SingleValues.read(shape, single);
    if (value.isPresent()) {
      return value.get();
    }
    if (shape instanceof Shape.Choice choice) {
      problems.add(
          marks.problem(path, "expected " + Words.expected(shape), single.text(), choice.words()));
      return null;
    }
    return wrong(path, shape, single);
  }

  private JsonNode secret(String path, String text) {
    if (!Secrets.isReference(text)) {
      problems.add(
          marks.problem(
              path,
              "a secret cannot stand in the file;"
                  + " name it with ${env:NAME}, ${file:/path} or ${hadoop:alias}"));
      return null;
    }
    if (secrets.areOptional()) {
      try {
        secrets.resolve(text);
      } catch (Secrets.Unresolved e) {
        missing.add(path + ": " + e.getMessage());
        return null;
      }
    }
    return resolve(path, text);
  }

  private JsonNode text(String path, Shape shape, String text) {
    JsonNode resolved = resolve(path, text);
    if (resolved != null
        && shape instanceof Shape.Url
        && !SingleValues.isUrl(resolved.textValue())) {
      problems.add(marks.problem(path, "expected " + Words.expected(shape)));
      return null;
    }
    return resolved;
  }

  private JsonNode resolve(String path, String text) {
    try {
      return JSON.textNode(secrets.resolve(text, named::add));
    } catch (Secrets.Unresolved e) {
      problems.add(marks.problem(path, e.getMessage()));
      return null;
    }
  }

  private JsonNode list(String path, Shape.ListOf list, Yaml yaml) {
    if (yaml instanceof Yaml.Single single && single.kind() == Yaml.Kind.NOTHING) {
      return noValue(path, list);
    }
    ArrayNode array = JSON.arrayNode();
    if (yaml instanceof Yaml.Items many) {
      int index = 0;
      for (Yaml item : many.items()) {
        String inner = path + "[" + index++ + "]";
        marks.put(inner, item.place(), item.place());
        add(array, read(inner, list.element(), item));
      }
    } else {
      add(array, read(path, list.element(), yaml));
    }
    return array;
  }

  private static void add(ArrayNode array, JsonNode value) {
    if (value != null) {
      array.add(value);
    }
  }

  private JsonNode map(String path, Shape.MapOf map, Yaml.Fields fields) {
    ObjectNode object = JSON.objectNode();
    for (Yaml.Field field : fields.fields()) {
      JsonNode value = field(path, map.value(), field);
      if (value != null) {
        object.set(field.name(), value);
      }
    }
    return object;
  }

  private JsonNode variants(String path, Shape.Variants variants, Yaml.Fields fields) {
    List<String> words = variants.cases().stream().map(Shape.Case::word).toList();
    Key tag = Key.required(variants.tag(), new Shape.Choice(words), "Which kind it is.");
    Optional<Yaml.Field> named =
        fields.fields().stream().filter(field -> field.name().equals(tag.name())).findFirst();
    if (named.isEmpty()) {
      Set<String> known = new HashSet<>();
      variants.cases().forEach(c -> c.shape().keys().forEach(key -> known.add(key.name())));
      return object(path, List.of(tag), known, fields);
    }
    JsonNode word = field(path, tag.shape(), named.get());
    if (word == null) {
      return null;
    }
    Shape.Obj shape =
        variants.cases().stream()
            .filter(c -> c.word().equals(word.textValue()))
            .findFirst()
            .orElseThrow()
            .shape();
    List<Key> keys = new ArrayList<>(List.of(tag));
    keys.addAll(shape.keys());
    return object(path, keys, Set.of(), fields);
  }

  /**
   * @param tolerated names that are neither read nor complained about, because what they mean
   *     depends on a key that is missing
   */
  private JsonNode object(String path, List<Key> keys, Set<String> tolerated, Yaml.Fields fields) {
    Map<String, Yaml.Field> byName = new HashMap<>();
    fields.fields().forEach(field -> byName.put(field.name(), field));
    Set<String> misspelt = unknownKeys(path, keys, tolerated, fields);
    ObjectNode object = JSON.objectNode();
    for (Key key : keys) {
      Yaml.Field field = byName.get(key.name());
      String inner = inner(path, key.name());
      JsonNode value = null;
      if (field != null) {
        value = field(path, key.shape(), field);
      } else if (misspelt.contains(key.name())) {
        continue;
      } else if (key.required()) {
        problems.add(marks.keyProblem(inner, "is missing", null));
      } else if (key.fallback() != null) {
        value = fallback(inner, key);
      }
      if (value != null) {
        object.set(key.name(), value);
      }
    }
    return object;
  }

  /** Reports them, and answers which keys they were meant to be. */
  private Set<String> unknownKeys(
      String path, List<Key> keys, Set<String> tolerated, Yaml.Fields fields) {
    Set<String> known = keys.stream().map(Key::name).collect(Collectors.toSet());
    List<String> absent = new ArrayList<>();
    Set<String> present =
        fields.fields().stream().map(Yaml.Field::name).collect(Collectors.toSet());
    keys.stream().map(Key::name).filter(name -> !present.contains(name)).forEach(absent::add);
    Set<String> misspelt = new HashSet<>();
    for (Yaml.Field field : fields.fields()) {
      if (known.contains(field.name()) || tolerated.contains(field.name())) {
        continue;
      }
      String inner = marks.put(path, field);
      Optional<String> meant = NearestName.of(field.name(), absent);
      meant.ifPresent(misspelt::add);
      String message =
          meant.isPresent() || keys.isEmpty()
              ? "unknown key"
              : "unknown key; known are "
                  + keys.stream().map(Key::name).collect(Collectors.joining(", "));
      problems.add(marks.keyProblem(inner, message, meant.orElse(null)));
    }
    return misspelt;
  }

  private JsonNode field(String path, Shape shape, Yaml.Field field) {
    return read(marks.put(path, field), shape, field.value());
  }

  /** A default has no place in the file: its keys are read with marks that are thrown away. */
  private JsonNode fallback(String path, Key key) {
    SpecProblems wrong = new SpecProblems();
    ShapeReader reader =
        new ShapeReader(new SpecMarks(marks.file()), secrets, wrong, named, missing);
    JsonNode value = reader.read(path, key.shape(), YamlReader.read(key.fallback()));
    if (!wrong.isEmpty()) {
      throw new IllegalStateException("the default of " + path + " is wrong: " + wrong.all());
    }
    return value;
  }

  /**
   * The first shape that takes the value; if none does, the problems are those of the one shape
   * that could have (a mapping for a mapping), or else one that names them all.
   */
  private JsonNode anyOf(String path, Shape.AnyOf any, Yaml yaml) {
    List<SpecProblems> fitting = new ArrayList<>();
    for (Shape shape : any.shapes()) {
      SpecProblems wrong = new SpecProblems();
      JsonNode value =
          new ShapeReader(marks, secrets, wrong, named, missing).read(path, shape, yaml);
      if (wrong.isEmpty()) {
        return value;
      }
      if (Words.fits(shape, yaml)) {
        fitting.add(wrong);
      }
    }
    if (fitting.size() == 1) {
      problems.addAll(fitting.get(0).all());
      return null;
    }
    return wrong(path, any, yaml);
  }

  private JsonNode wrong(String path, Shape shape, Yaml yaml) {
    Collection<String> expected = Words.alternatives(shape);
    String found =
        expected.stream().anyMatch(words -> words.startsWith(yaml.what()))
            ? ""
            : ", found " + yaml.what();
    problems.add(marks.problem(path, "expected " + String.join(" or ", expected) + found));
    return null;
  }

  private JsonNode noValue(String path, Shape shape) {
    problems.add(marks.problem(path, "has no value; expected " + Words.expected(shape)));
    return null;
  }

  private static String inner(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
