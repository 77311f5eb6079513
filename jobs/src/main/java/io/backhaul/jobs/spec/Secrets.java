/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * Finds what a secret reference names: {@code ${env:NAME}}, {@code ${file:/absolute/path}} (its
 * last line end is dropped) or {@code ${hadoop:alias}} (a Hadoop credential provider). Values are
 * looked up on the driver, each time they are asked for, and kept nowhere.
 */
public final class Secrets {

  /** A reference that names nothing; the message says which, and never holds a value. */
  static final class Unresolved extends Exception {
    private static final long serialVersionUID = 1L;

    Unresolved(String message) {
      super(message);
    }
  }

  /** One whole reference, in the syntax that Java and ECMAScript share. */
  static final String REFERENCE = "\\$\\{(env|file|hadoop):[^{}]+\\}";

  private static final Pattern ONE = Pattern.compile(REFERENCE);
  private static final int MAX_FILE_BYTES = 64 * 1024;

  private final Function<String, String> environment;
  private final Supplier<Configuration> hadoop;
  private final SecretReach reach;
  private final boolean optional;

  private Secrets(Function<String, String> environment, Supplier<Configuration> hadoop) {
    this(environment, hadoop, null, false);
  }

  private Secrets(
      Function<String, String> environment,
      Supplier<Configuration> hadoop,
      SecretReach reach,
      boolean optional) {
    this.environment = environment;
    this.hadoop = hadoop;
    this.reach = reach;
    this.optional = optional;
  }

  /** From this process's environment, its files and the Hadoop configuration on its class path. */
  public static Secrets system() {
    return new Secrets(System::getenv, Configuration::new);
  }

  /** From this process's environment, its files and {@code hadoop}, for example a session's. */
  public static Secrets system(Configuration hadoop) {
    Objects.requireNonNull(hadoop, "hadoop");
    return new Secrets(System::getenv, () -> hadoop);
  }

  /** From {@code environment} instead of the process's own. */
  public static Secrets of(Map<String, String> environment) {
    return of(environment, new Configuration(false));
  }

  /** From {@code environment} and {@code hadoop}. */
  public static Secrets of(Map<String, String> environment, Configuration hadoop) {
    return new Secrets(Map.copyOf(environment)::get, () -> hadoop);
  }

  /** The same, for files that may name some of them only: others are not even looked up. */
  Secrets within(SecretReach reach) {
    return new Secrets(environment, hadoop, reach, optional);
  }

  /** The same, for a reader that can do without those that are not set. */
  public Secrets optional() {
    return new Secrets(environment, hadoop, reach, true);
  }

  /** The same, with a made-up value for an environment variable that is not set. */
  public Secrets orMadeUp() {
    return new Secrets(
        name -> Objects.requireNonNullElse(environment.apply(name), "made-up-" + name),
        hadoop,
        reach,
        optional);
  }

  /** Whether one that is not set is no problem. */
  boolean areOptional() {
    return optional;
  }

  /** Whether the whole text is one reference. */
  static boolean isReference(String text) {
    return ONE.matcher(text).matches();
  }

  /** Whether a reference stands somewhere in the text. */
  static boolean holdsReference(String text) {
    return ONE.matcher(text).find();
  }

  /** The text with every reference in it replaced by what it names. */
  String resolve(String text) throws Unresolved {
    return resolve(text, value -> {});
  }

  /**
   * The text with every reference in it replaced by what it names.
   *
   * @param named is given each value that a reference named
   */
  String resolve(String text, Consumer<String> named) throws Unresolved {
    StringBuilder resolved = new StringBuilder();
    Matcher matcher = ONE.matcher(text);
    int end = 0;
    while (matcher.find()) {
      resolved.append(plain(text.substring(end, matcher.start())));
      String name = matcher.group().substring(matcher.end(1) + 1 - matcher.start());
      String value = lookUp(matcher.group(1), name.substring(0, name.length() - 1));
      named.accept(value);
      resolved.append(value);
      end = matcher.end();
    }
    return resolved.append(plain(text.substring(end))).toString();
  }

  private static String plain(String text) throws Unresolved {
    if (text.contains("${")) {
      throw new Unresolved(
          "only ${env:NAME}, ${file:/path} and ${hadoop:alias} can stand in a text");
    }
    return text;
  }

  private String lookUp(String scheme, String name) throws Unresolved {
    Optional<String> refusal = reach == null ? Optional.empty() : reach.refusal(scheme, name);
    if (refusal.isPresent()) {
      throw new Unresolved(refusal.get());
    }
    String value =
        switch (scheme) {
          case "env" -> environment.apply(name);
          case "file" -> fromFile(name);
          default -> fromHadoop(name);
        };
    if (value == null || value.isEmpty()) {
      String state = value == null ? " is not set" : " is empty";
      throw new Unresolved(
          switch (scheme) {
            case "env" -> "the environment variable " + name + state;
            case "file" -> "the file " + name + state;
            default -> "the Hadoop credential " + name + state;
          });
    }
    return value;
  }

  private static String fromFile(String name) throws Unresolved {
    try {
      Path file = Path.of(name);
      if (!file.isAbsolute()) {
        throw new Unresolved("the file " + name + " needs an absolute path");
      }
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new Unresolved("the file " + name + " is larger than 64 KB");
      }
      return Files.readString(file).replaceFirst("\\r?\\n$", "");
    } catch (InvalidPathException | IOException e) {
      throw new Unresolved(
          "the file " + name + " cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  private String fromHadoop(String alias) throws Unresolved {
    try {
      char[] password = hadoop.get().getPassword(alias);
      return password == null ? null : new String(password);
    } catch (IOException e) {
      throw new Unresolved(
          "the Hadoop credential "
              + alias
              + " cannot be read ("
              + e.getClass().getSimpleName()
              + ")");
    }
  }

  @Override
  public String toString() {
    return "Secrets";
  }
}
