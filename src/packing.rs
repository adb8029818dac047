//! Values as bytes on their way to another process, one behind the other in a buffer.

use postcard::ser_flavors::Flavor;
use serde::Serialize;

/// The end of a buffer. postcard's own way to add to one goes through an iterator for every byte, which
/// takes half the time of whoever packs many small rows.
struct BufferEnd<'a>(&'a mut Vec<u8>);

impl Flavor for BufferEnd<'_> {
    type Output = ();

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Adds a value, as postcard writes it.
///
/// # Errors
/// Where the value cannot be written at all, such as a list of unknown length; the buffer then ends with a
/// part of it.
pub fn append(value: &impl Serialize, buffer: &mut Vec<u8>) -> postcard::Result<()> {
    postcard::serialize_with_flavor(value, BufferEnd(buffer))
}

#[cfg(test)]
mod tests {
    use super::append;

    #[test]
    fn values_stand_one_behind_the_other() {
        let mut buffer = Vec::new();
        append(&("张伟", 7_u32), &mut buffer).unwrap();
        append(&("李", 300_u32), &mut buffer).unwrap();
        let (first, rest): ((String, u32), _) = postcard::take_from_bytes(&buffer).unwrap();
        let second: (String, u32) = postcard::from_bytes(rest).unwrap();
        assert_eq!((first, second), (("张伟".to_owned(), 7), ("李".to_owned(), 300)));
    }
}
