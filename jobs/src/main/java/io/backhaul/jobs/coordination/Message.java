/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.coordination;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * An object as bytes. Spark reads what is sent between its processes with a class loader that does
 * not know an application's jar; bytes it knows.
 */
final class Message {

  private Message() {}

  static byte[] of(Serializable object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IOException if it is not of the expected type, which only another version sends
   */
  static <T> T read(Object message, Class<T> type) throws IOException {
    if (!(message instanceof byte[] bytes)) {
      throw new IOException("a message is not from Backhaul's plugin");
    }
    try (ObjectInputStream in = new OwnClasses(new ByteArrayInputStream(bytes))) {
      return type.cast(in.readObject());
    } catch (ClassNotFoundException | ClassCastException e) {
      throw new IOException("another version of Backhaul sent a message", e);
    }
  }

  private static final class OwnClasses extends ObjectInputStream {

    OwnClasses(ByteArrayInputStream bytes) throws IOException {
      super(bytes);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass type)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(type.getName(), false, Message.class.getClassLoader());
      } catch (ClassNotFoundException e) {
        return super.resolveClass(type); // a primitive type
      }
    }
  }
}
