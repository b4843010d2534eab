package chronotope;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.neo4j.graphdb.Label;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Result;
import org.neo4j.graphdb.Transaction;
import org.neo4j.graphdb.spatial.Point;

/**
 * A query of the catalogue: the text that the jar carries, and what its header declares.
 *
 * <p>It checks what it is given, and runs the text in the transaction of the caller. What is computed
 * stands in the text alone.
 */
final class Query {
  /** How a text raises an error of its own: it reads a sentence as a date. */
  private static final Pattern RAISED =
      Pattern.compile("cannot be parsed to a Date\\s+\"(.+)\"", Pattern.DOTALL);

  private static final String REQUIRED = "!";

  final String name;
  final String summary;
  final String call;
  final String fingerprint;
  final String text;
  private final List<Label> labels = new ArrayList<>();
  private final Map<String, String> types = new LinkedHashMap<>();

  /**
   * @param labels those of the node that the column `id` names; empty for none
   * @param parameters each as `name TYPE`, of one that is required as `name TYPE!`
   */
  Query(
      String name,
      String summary,
      String call,
      String fingerprint,
      List<String> labels,
      List<String> parameters) {
    this.name = name;
    this.summary = summary;
    this.call = call;
    this.fingerprint = fingerprint;
    labels.forEach(label -> this.labels.add(Label.label(label)));
    for (String parameter : parameters) {
      int blank = parameter.indexOf(' ');
      types.put(parameter.substring(0, blank), parameter.substring(blank + 1));
    }
    text = read("queries/" + name + ".cypher");
  }

  /**
   * Runs the text, and makes a row of the columns and the node of each of its rows.
   *
   * @param arguments the parameters that have a place of their own; the others are options
   */
  <R> Stream<R> run(
      Transaction transaction,
      Map<String, Object> arguments,
      Map<String, Object> options,
      BiFunction<Map<String, Object>, Node, R> row) {
    Map<String, Object> values = bind(arguments, options);
    try {
      Result result = transaction.execute(text, values);
      Iterator<R> rows =
          new Iterator<>() {
            @Override
            public boolean hasNext() {
              try {
                return result.hasNext();
              } catch (RuntimeException problem) {
                throw told(problem);
              }
            }

            @Override
            public R next() {
              try {
                Map<String, Object> columns = listed(result.next());
                return row.apply(columns, node(transaction, columns.get("id")));
              } catch (RuntimeException problem) {
                throw told(problem);
              }
            }
          };
      return StreamSupport.stream(
              Spliterators.spliteratorUnknownSize(rows, Spliterator.ORDERED), false)
          .onClose(result::close);
    } catch (RuntimeException problem) {
      throw told(problem);
    }
  }

  /** Returns the values of all parameters, null for what is not given. */
  private Map<String, Object> bind(Map<String, Object> arguments, Map<String, Object> options) {
    Map<String, Object> values = new HashMap<>();
    types.keySet().forEach(parameter -> values.put(parameter, null));
    if (options != null) {
      for (String option : options.keySet()) {
        if (arguments.containsKey(option) || !types.containsKey(option)) {
          List<String> known = new ArrayList<>(types.keySet());
          known.removeAll(arguments.keySet());
          throw new IllegalArgumentException(
              name + " has no option '" + option + "'; it takes: "
                  + (known.isEmpty() ? "none" : String.join(", ", known)) + ".");
        }
      }
      values.putAll(options);
    }
    values.putAll(arguments);
    types.forEach((parameter, type) -> check(parameter, type, values.get(parameter)));
    return values;
  }

  private void check(String parameter, String declared, Object value) {
    boolean required = declared.endsWith(REQUIRED);
    String type = required ? declared.substring(0, declared.length() - 1) : declared;
    if (value == null ? required : !fits(type, value)) {
      throw new IllegalArgumentException(
          name + ": " + parameter + " has to be " + type
              + (required ? "" : ", or null for its default") + "; it is " + shown(value) + ".");
    }
  }

  /** Tells whether a value is of a type of a header. Numbers may come as floats: JavaScript sends them. */
  private static boolean fits(String type, Object value) {
    if (type.startsWith("LIST<")) {
      String inner = type.substring(5, type.length() - 1);
      return value instanceof List<?> list && list.stream().allMatch(one -> fits(inner, one));
    }
    return switch (type) {
      case "STRING" -> value instanceof String;
      case "INTEGER" -> value instanceof Number number && number.doubleValue() % 1 == 0;
      case "FLOAT" -> value instanceof Number;
      case "BOOLEAN" -> value instanceof Boolean;
      case "POINT" -> value instanceof Point;
      case "MAP" -> value instanceof Map;
      case "ZONED DATETIME" -> value instanceof ZonedDateTime;
      case "DURATION" -> value instanceof TemporalAmount;
      default -> throw new IllegalStateException("A header declares the type " + type + ".");
    };
  }

  private static String shown(Object value) {
    String shown = value instanceof String ? "'" + value + "'" : String.valueOf(value);
    return shown.length() > 60 ? shown.substring(0, 60) + "…" : shown;
  }

  /** Returns a row whose lists are lists: those that are stored come as arrays. */
  private static Map<String, Object> listed(Map<String, Object> row) {
    Map<String, Object> columns = new LinkedHashMap<>();
    row.forEach(
        (column, value) -> {
          if (value == null || !value.getClass().isArray()) {
            columns.put(column, value);
            return;
          }
          List<Object> list = new ArrayList<>();
          for (int index = 0; index < Array.getLength(value); index++) {
            list.add(Array.get(value, index));
          }
          columns.put(column, list);
        });
    return columns;
  }

  private Node node(Transaction transaction, Object id) {
    for (Label label : id == null ? List.<Label>of() : labels) {
      Node found = transaction.findNode(label, "id", id);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** Returns the sentence that a text raised as an error of its own, anything else as it is. */
  private RuntimeException told(RuntimeException problem) {
    Matcher raised = RAISED.matcher(String.valueOf(problem.getMessage()));
    return raised.find()
        ? new IllegalArgumentException(name + ": " + raised.group(1) + ".")
        : problem;
  }

  private static String read(String resource) {
    try (InputStream in = Query.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** Returns a number of a column that is declared as FLOAT. */
  static Double real(Object value) {
    return value == null ? null : (Double) ((Number) value).doubleValue();
  }
}
